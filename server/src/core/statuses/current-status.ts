import type { Connection } from '../../platform/postgres/database.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { heldRecord, multiplierBy, readStatusRows } from './read-status.ts'
import { renewStatuses } from './renew-statuses.ts'
import type { StatusRecord } from './status-record.ts'

/**
 * The records that count now: those whose end has passed are set anew first (L104), in the caller's transaction. Of
 * most profiles there are none, and this is one look.
 *
 * @returns by profile; who is not there is left out, and everybody where the workspace has no statuses
 */
export async function currentStatuses(
  connection: Connection,
  workspace: Workspace,
  profileIds: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, StatusRecord>> {
  let rows = await readStatusRows(connection, workspace, profileIds)
  const ended = rows.filter(({ valid_to }) => valid_to !== null && valid_to < now)
  if (ended.length > 0) {
    const endedIds = ended.map(({ profile_id }) => profile_id)
    await renewStatuses(connection, workspace, now, endedIds)
    rows = await readStatusRows(connection, workspace, profileIds)
  }
  return new Map(rows.map((row) => [row.profile_id, heldRecord(workspace, row)]))
}

/** Factors of the points that profiles earn by the statuses that count now (L103), by profile. */
export async function currentMultipliers(
  connection: Connection,
  workspace: Workspace,
  profileIds: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, number>> {
  const statuses = await currentStatuses(connection, workspace, profileIds, now)
  return new Map(profileIds.map((id) => [id, multiplierBy(workspace, statuses.get(id))]))
}
