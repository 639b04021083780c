import type { Connection } from '../../platform/postgres/database.ts'
import { lockAlone } from '../profiles/lock-survivor.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { changeStatuses } from './change-status.ts'
import { endOfStatus } from './status-rules.ts'

export interface SetStatusRequest {
  readonly profileId: string
  readonly statusId: string
  /** Absent: now. */
  readonly from?: Date | undefined
  /** Absent: as if it had been reached then (L104). */
  readonly to?: Date | undefined
  readonly now: Date
}

export type SetStatusResult =
  | { readonly record: string; readonly refusal?: never }
  | {
      readonly refusal:
        | 'unknown-profile'
        | 'unknown-status'
        /** In the future: a customer has a status now (L102). */
        | 'begins-later'
        /** Not after its begin, or past. */
        | 'ends-before'
      readonly record?: never
    }

/** Gives a profile a status by an operator's word: before its end it is raised and never lowered (L104). */
export async function setStatus(
  connection: Connection,
  workspace: Workspace,
  { profileId: asked, statusId, from: begin, to: end, now }: SetStatusRequest,
): Promise<SetStatusResult> {
  const status = workspace.settings.loyalty.statuses.find(({ id }) => id === statusId)
  if (!status) return { refusal: 'unknown-status' }
  const from = begin ?? now
  if (from > now) return { refusal: 'begins-later' }
  const to = end ?? endOfStatus(workspace, status, from)
  if (to !== null && (to <= from || to < now)) return { refusal: 'ends-before' }
  const profileId = await lockAlone(connection, workspace.id, asked)
  if (profileId === undefined) return { refusal: 'unknown-profile' }
  const [record] = await changeStatuses(connection, workspace, [
    { profileId, statusId, from, endsFormer: now, to, isSet: true },
  ])
  if (record === undefined) throw new Error('the database gave no number for a status record')
  return { record }
}
