import type { Connection } from '../../platform/postgres/database.ts'
import type { ProfileMove } from '../profiles/profile-part.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { changeStatuses } from './change-status.ts'
import { followPoints } from './follow-points.ts'
import type { MovedStatuses } from './move-statuses.ts'
import { noPoints, readPointsByMonths } from './points-by-months.ts'
import { renewStatuses } from './renew-statuses.ts'
import { letBestCount } from './standing-records.ts'
import { endOfStatus, reachedStatus } from './status-rules.ts'

/**
 * Undoes a move exactly: the records of `from` are its own again, and those that stood then stand as they did, whatever
 * became of them since. Of `into` the best counts of what stands without them; what ended its records since stays as it
 * is. Points that were booked since the merge raise or lower both as they would have.
 *
 * The caller has locked the profiles, and has moved the points back.
 */
export async function moveStatusesBack(
  connection: Connection,
  workspace: Workspace,
  { from, into }: ProfileMove,
  { moved, standing, made, at }: MovedStatuses,
  now: Date,
): Promise<void> {
  await connection.query({
    name: 'drop-status-of-both',
    text: `delete from status_records
           where workspace_id = $1 and profile_id = $2 and number = $3 and (is_current or aside_since is not null)`,
    values: [workspace.id, into, made],
  })
  await connection.query({
    name: 'move-status-records-back',
    text: `with stood as (
             select * from jsonb_to_recordset($5) as s (
               number bigint, is_current boolean, aside_since timestamptz, valid_to timestamptz, changed_at timestamptz
             )
           )
           update status_records s
           set profile_id = $2, is_current = coalesce(stood.is_current, false), aside_since = stood.aside_since,
             valid_to = case when stood.number is null then s.valid_to else stood.valid_to end,
             changed_at = coalesce(stood.changed_at, s.changed_at)
           from unnest($4::bigint[]) as m (number) left join stood using (number)
           where s.workspace_id = $1 and s.number = any ($4) and s.profile_id = $3 and s.number = m.number`,
    values: [workspace.id, from, into, moved, JSON.stringify(standing)],
  })
  await letBestCount(connection, workspace, [into], now)
  if (await isWithoutStatus(connection, workspace.id, into))
    await giveByPoints(connection, workspace, into, now)
  await renewStatuses(connection, workspace, now, [from, into])
  await followPoints(connection, workspace, [from, into], { since: new Date(at), now })
}

/** What it had before the merge ended since, and what it had now went back. */
async function isWithoutStatus(
  connection: Connection,
  workspaceId: number,
  profileId: string,
): Promise<boolean> {
  const { rows } = await connection.query<{ is_without: boolean | null }>({
    name: 'is-without-status',
    text: `select not bool_or(is_current) as is_without from status_records
           where workspace_id = $1 and profile_id = $2`,
    values: [workspaceId, profileId],
  })
  return rows[0]?.is_without ?? false
}

async function giveByPoints(
  connection: Connection,
  workspace: Workspace,
  profileId: string,
  now: Date,
): Promise<void> {
  const points = await readPointsByMonths(connection, workspace, [profileId], now)
  const reached = reachedStatus(workspace, points.get(profileId) ?? noPoints)
  if (!reached) return
  const to = endOfStatus(workspace, reached, now)
  await changeStatuses(connection, workspace, [
    { profileId, statusId: reached.id, from: now, endsFormer: now, to, isSet: false },
  ])
}
