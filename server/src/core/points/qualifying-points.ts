import type { Connection } from '../../platform/postgres/database.ts'
import type { Hundredths } from '../amounts/hundredths.ts'
import { localMonthsBefore } from '../local-time/local-time.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { qualifyingKinds } from './movement-row.ts'

export interface QualifyingRequest {
  readonly profileIds: readonly string[]
  /** The window begins so many months before now, at the same local time of day. */
  readonly months: number
  readonly now: Date
  /** Absent: whatever is booked counts, also what a server booked whose clock is ahead of the one that says now. */
  readonly until?: QualifyingUntil | undefined
}

export interface QualifyingUntil {
  /** The end of the window: what counted later does not count. */
  readonly counted?: Date
  /** What was booked later does not count, whenever it counted. */
  readonly booked?: Date
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
  { profileIds, months, now, until }: QualifyingRequest,
): Promise<ReadonlyMap<string, Hundredths>> {
  const { rows } = await connection.query<{ profile_id: string; points: string }>({
    name: 'qualifying-points',
    // Profile by profile: taken together, the movements of the whole workspace may be read for them.
    text: `select person.id as profile_id, found.points
           from unnest($2::uuid[]) as person (id) cross join lateral (
             select sum(m.earned) as points from points_movements m
             where m.workspace_id = $1 and m.profile_id = person.id and m.kind = any ($3) and m.counted_at >= $4
               and ($5::timestamptz is null or m.counted_at <= $5)
               and ($6::timestamptz is null or m.booked_at <= $6)
           ) found
           where found.points is not null`,
    values: [
      id,
      profileIds,
      qualifyingKinds,
      localMonthsBefore(now, months, settings.timeZone),
      until?.counted ?? null,
      until?.booked ?? null,
    ],
  })
  return new Map(rows.map(({ profile_id, points }) => [profile_id, Number(points)]))
}
