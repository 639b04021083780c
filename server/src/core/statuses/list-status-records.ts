import type { Connection } from '../../platform/postgres/database.ts'
import type { ListPage, ListRequest } from '../lists/list-request.ts'
import { readPage } from '../lists/read-page.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { heldRecord, type StatusRow, shownEnd, statusColumns, statusRecordOf } from './read-status.ts'
import type { StatusRecord } from './status-record.ts'

export type StatusRecordOrder =
  | 'number'
  | 'statusId'
  | 'profileNumber'
  | 'validFrom'
  | 'validTo'
  | 'hasEnded'
  | 'changedAt'

/**
 * The statuses that a profile holds and held, the first one included that was never written down (S7). Call
 * `renewStatuses` before.
 */
export async function listStatusRecords(
  connection: Connection,
  workspace: Workspace,
  { profileId, isCurrent }: { readonly profileId: string; readonly isCurrent?: boolean | undefined },
  request: ListRequest<StatusRecordOrder>,
): Promise<ListPage<StatusRecord>> {
  if (workspace.settings.loyalty.statuses.length === 0) return { items: [], total: 0 }
  const page = await readPage<StatusRow, StatusRecordOrder>(
    connection,
    {
      columns: statusColumns,
      from: 'profiles p left join status_records s on s.workspace_id = p.workspace_id and s.profile_id = p.id',
      where: `p.workspace_id = $1 and p.id = $2 and ($3::boolean is null or coalesce(s.is_current, true) = $3)`,
      values: [workspace.id, profileId, isCurrent ?? null],
      orders: {
        number: 's.number',
        statusId: 's.status_id',
        profileNumber: 'p.number',
        validFrom: 's.valid_from',
        validTo: shownEnd,
        hasEnded: 'not s.is_current',
        changedAt: 's.changed_at',
      },
      // Each was made when the one before it ended, whatever time an operator let it begin at.
      creation: `s.is_current, ${shownEnd}, s.valid_from, s.number`,
    },
    request,
  )
  // What a profile held is shown as it was; what it holds, as it counts.
  const items = page.items.map((row) =>
    row.is_current === false ? statusRecordOf(workspace, row) : heldRecord(workspace, row),
  )
  return { items, total: page.total }
}
