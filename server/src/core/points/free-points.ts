import type { Connection } from '../../platform/postgres/database.ts'
import type { Hundredths } from '../amounts/hundredths.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { findPointType } from './find-point-type.ts'

export interface FreePointsRequest {
  readonly profileIds: readonly string[]
  readonly now: Date
  readonly pointTypeId?: string | undefined
  /** A reservation of this external id counts as free: that of the bill itself (L115). */
  readonly exceptReservation?: string | undefined
}

/** What a profile has of one point type. */
export interface PointsStanding {
  /** Below 0 where more is reserved than there is left. */
  readonly unreserved: Hundredths
  /** The next points that are earned settle it first (L114). */
  readonly owed: Hundredths
}

/**
 * The free points of profiles (L97): what has not expired, also where that is not booked yet, less active
 * reservations, and never below 0. Changes nothing, and locks nothing.
 *
 * @returns by profile; who has none is left out
 */
export async function readFreePoints(
  connection: Connection,
  workspace: Workspace,
  request: FreePointsRequest,
): Promise<ReadonlyMap<string, Hundredths>> {
  const standings = await readStandings(connection, workspace, request)
  return new Map([...standings].map(([id, { unreserved }]) => [id, Math.max(0, unreserved)]))
}

/** What the free points of profiles come from: those that no reservation binds, and what is owed. */
export async function readStandings(
  connection: Connection,
  workspace: Workspace,
  { profileIds, now, pointTypeId, exceptReservation }: FreePointsRequest,
): Promise<ReadonlyMap<string, PointsStanding>> {
  const { rows } = await connection.query<{ profile_id: string; unreserved: string; owed: string }>({
    name: 'read-points-standings',
    text: statement,
    values: [
      workspace.id,
      profileIds,
      findPointType(workspace, pointTypeId)?.id ?? null,
      now,
      exceptReservation ?? null,
    ],
  })
  return new Map(
    rows.map(({ profile_id, unreserved, owed }) => [
      profile_id,
      { unreserved: Number(unreserved), owed: Number(owed) },
    ]),
  )
}

const statement = `
select w.profile_id, w.owed,
  case when w.due_at < $4 then coalesce((
    select sum(l.remaining) from points_lots l
    where l.workspace_id = $1 and l.profile_id = w.profile_id and l.point_type = w.point_type and l.remaining > 0
      and (l.valid_to is null or l.valid_to >= $4)
  ), 0) else w.balance end
  - coalesce((
    select sum(r.quantity) from points_reservations r
    where r.workspace_id = $1 and r.profile_id = w.profile_id and r.point_type = w.point_type
      and r.state = 'active' and (r.expires_at is null or r.expires_at > $4)
      and r.external_id is distinct from $5
  ), 0) as unreserved
from points_wallets w
where w.workspace_id = $1 and w.profile_id = any ($2::uuid[]) and w.point_type = $3`
