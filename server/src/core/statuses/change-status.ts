import type { Connection } from '../../platform/postgres/database.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { firstRecordNumber } from './read-status.ts'

export interface StatusChange {
  readonly profileId: string
  readonly statusId: string
  readonly from: Date
  /** When the one before ends, if it has not ended yet (L102). */
  readonly endsFormer: Date
  /** Null: for good. */
  readonly to: Date | null
  readonly isSet: boolean
}

/**
 * Gives profiles a new status and ends the one before, whether it was written down or not, in the caller's transaction
 * (L102). Whoever changes a profile's status holds the lock on its wallets or on its row.
 *
 * @returns the numbers of the new records, in the order of the changes
 */
export async function changeStatuses(
  connection: Connection,
  workspace: Workspace,
  changes: readonly StatusChange[],
): Promise<readonly string[]> {
  const { rows } = await connection.query<{ number: string }>({
    name: 'change-statuses',
    text: statement,
    values: [
      workspace.id,
      changes.map(({ profileId }) => profileId),
      changes.map(({ statusId }) => statusId),
      changes.map(({ from }) => from),
      changes.map(({ endsFormer }) => endsFormer),
      changes.map(({ to }) => to),
      changes.map(({ isSet }) => isSet),
      changes.map(({ profileId }) => firstRecordNumber(workspace, profileId)),
      workspace.settings.loyalty.statuses[0]?.id ?? null,
    ],
  })
  return rows.map(({ number }) => number)
}

/** The first record is written down as history once another one ends it. */
const statement = `
with change as materialized (
  select c.* from unnest(
    $2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::boolean[], $8::bigint[]
  ) with ordinality as c (profile_id, status_id, valid_from, ends_former, valid_to, is_set, first_number, n)
),
ended as (
  update status_records s
  set is_current = false, valid_to = least(s.valid_to, change.ends_former), changed_at = clock_timestamp()
  from change
  where s.workspace_id = $1 and s.profile_id = change.profile_id and s.is_current
  returning s.profile_id
),
first_ended as (
  insert into status_records (workspace_id, number, profile_id, status_id, valid_from, valid_to, is_current)
  select $1, change.first_number, p.id, $9, p.created_at, change.ends_former, false
  from change join profiles p on p.workspace_id = $1 and p.id = change.profile_id
  where not exists (
    select from status_records s where s.workspace_id = $1 and s.profile_id = change.profile_id
  )
  on conflict do nothing
),
made as (
  insert into status_records (workspace_id, profile_id, status_id, valid_from, valid_to, is_set)
  select $1, profile_id, status_id, valid_from, valid_to, is_set from change
  -- After the one before has ended: there is one current record.
  where (select count(*) from ended) >= 0
  returning number, profile_id
)
select made.number from made join change using (profile_id) order by n`
