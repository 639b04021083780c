import type { Connection } from '../../platform/postgres/database.ts'
import type { Hundredths } from '../amounts/hundredths.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { qualifyingKinds } from './movement-row.ts'

export interface QualifyingRequest {
  readonly profileIds: readonly string[]
  /** The window ends now and begins so many months before, at the same local time of day. */
  readonly months: number
  readonly now: Date
  /** What was booked later does not count. Absent: everything does. */
  readonly bookedUntil?: Date | undefined
}

/**
 * The points that count for a status (L103), of all types: what was added in the window other than by transfers,
 * synchronisations and returns, less what cancellations took back of that. What a cancellation takes back counts when
 * the purchase did: one of a purchase before the window changes nothing.
 *
 * @returns by profile; who has none is left out
 */
export async function readQualifyingPoints(
  connection: Connection,
  { id, settings }: Workspace,
  { profileIds, months, now, bookedUntil }: QualifyingRequest,
): Promise<ReadonlyMap<string, Hundredths>> {
  const { rows } = await connection.query<{ profile_id: string; points: string }>({
    name: 'qualifying-points',
    // Profile by profile: taken together, the movements of the whole workspace may be read for them.
    text: `select person.id as profile_id, found.points
           from unnest($2::uuid[]) as person (id) cross join lateral (
             select sum(m.earned) as points from points_movements m
             where m.workspace_id = $1 and m.profile_id = person.id and m.kind = any ($3)
               and m.counted_at >= ($4::timestamptz at time zone $6 - make_interval(months => $5)) at time zone $6
               and m.counted_at <= $4 and ($7::timestamptz is null or m.booked_at <= $7)
           ) found
           where found.points is not null`,
    values: [id, profileIds, qualifyingKinds, now, months, settings.timeZone, bookedUntil ?? null],
  })
  return new Map(rows.map(({ profile_id, points }) => [profile_id, Number(points)]))
}
