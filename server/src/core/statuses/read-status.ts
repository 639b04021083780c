import type { Connection } from '../../platform/postgres/database.ts'
import { derivedNumber } from '../workspaces/derived-number.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import type { StatusRecord } from './status-record.ts'
import { rankOf } from './status-rules.ts'

/** Factor of the points that a profile earns by this status (L103); 1 where the workspace has none. */
export function multiplierBy(
  { settings }: Workspace,
  record: Pick<StatusRecord, 'statusId'> | undefined,
): number {
  const { statuses } = settings.loyalty
  return (statuses.find(({ id }) => id === record?.statusId) ?? statuses[0])?.multiplier ?? 1
}

/**
 * The record that a profile has now, also where it was never written down: then it is of the lowest status, since the
 * profile was made (S7). One whose end has passed stands until it is renewed. Undefined: there is no such profile, or
 * the workspace has no statuses.
 */
export async function readStatus(
  connection: Connection,
  workspace: Workspace,
  profileId: string,
): Promise<StatusRecord | undefined> {
  const [row] = await readStatusRows(connection, workspace, [profileId])
  return row && heldRecord(workspace, row)
}

/** As they are written down: also where the end has passed, or the workspace file no longer has the status. */
export async function readStatusRows(
  connection: Connection,
  workspace: Workspace,
  profileIds: readonly string[],
): Promise<readonly StatusRow[]> {
  if (workspace.settings.loyalty.statuses.length === 0) return []
  const { rows } = await connection.query<StatusRow>({
    name: 'read-statuses',
    text: `select ${statusColumns}
           from profiles p
           left join status_records s on s.workspace_id = $1 and s.profile_id = p.id and s.is_current
           where p.workspace_id = $1 and p.id = any ($2::uuid[])`,
    values: [workspace.id, profileIds],
  })
  return rows
}

/** A status that the file no longer has is held by nobody. */
export function heldRecord(workspace: Workspace, row: StatusRow): StatusRecord {
  const record = statusRecordOf(workspace, row)
  const lowest = workspace.settings.loyalty.statuses[0]?.id ?? ''
  return rankOf(workspace, record.statusId) < 0 ? { ...record, statusId: lowest, validTo: null } : record
}

/** One that stands aside has ended, as far as anybody is shown: another one counts since (L102). */
export const shownEnd = 'coalesce(s.aside_since, s.valid_to)'

export const statusColumns = `p.id as profile_id, p.number as profile_number, p.created_at as profile_created_at,
  s.number, s.status_id, s.valid_from, ${shownEnd} as valid_to, s.is_current, s.is_set, s.changed_at`

export interface StatusRow {
  readonly profile_id: string
  readonly profile_number: string
  readonly profile_created_at: Date
  readonly number: string | null
  readonly status_id: string | null
  readonly valid_from: Date | null
  readonly valid_to: Date | null
  readonly is_current: boolean | null
  readonly is_set: boolean | null
  readonly changed_at: Date | null
}

/** The record of a row, or the one that is there without being written down. */
export function statusRecordOf(workspace: Workspace, row: StatusRow): StatusRecord {
  const createdAt = row.profile_created_at
  return {
    number: row.number ?? firstRecordNumber(workspace, row.profile_id),
    profileId: row.profile_id,
    profileNumber: row.profile_number,
    statusId: row.status_id ?? workspace.settings.loyalty.statuses[0]?.id ?? '',
    validFrom: row.valid_from ?? createdAt,
    validTo: row.valid_to,
    isCurrent: row.is_current ?? true,
    isSet: row.is_set ?? false,
    changedAt: row.changed_at ?? createdAt,
  }
}

/** The number of the record that every profile begins with: the same before and after it is written down. */
export function firstRecordNumber(workspace: Workspace, profileId: string): string {
  return derivedNumber(workspace, `status-record/${profileId}`)
}
