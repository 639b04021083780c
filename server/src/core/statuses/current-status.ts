import type { Connection } from '../../platform/postgres/database.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { heldRecord, multiplierBy, readStatus, readStatusRow } from './read-status.ts'
import { renewStatuses } from './renew-statuses.ts'
import type { StatusRecord } from './status-record.ts'

/**
 * The record that counts now: one whose end has passed is set anew first (L104), in the caller's transaction. Of most
 * profiles there is none, and this is one look. Undefined as with `readStatus`.
 */
export async function currentStatus(
  connection: Connection,
  workspace: Workspace,
  profileId: string,
  now: Date,
): Promise<StatusRecord | undefined> {
  const row = await readStatusRow(connection, workspace, profileId)
  if (!row?.valid_to || row.valid_to >= now) return row && heldRecord(workspace, row)
  await renewStatuses(connection, workspace, now, [profileId])
  return await readStatus(connection, workspace, profileId)
}

/** Factor of the points that a profile earns by the status that counts now (L103). */
export async function currentMultiplier(
  connection: Connection,
  workspace: Workspace,
  profileId: string,
  now: Date,
): Promise<number> {
  return multiplierBy(workspace, await currentStatus(connection, workspace, profileId, now))
}
