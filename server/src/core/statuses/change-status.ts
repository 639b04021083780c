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
  /** By an operator's word, which ends whatever stood before; else by points. */
  readonly isSet: boolean
}

/**
 * Gives profiles a new status and ends the one before, whether it was written down or not, in the caller's transaction
 * (L102). Whoever changes a profile's status holds the lock on its wallets or on its row.
 *
 * Points never lower a status below what an operator set, before that ends (L104): a record that was set stands aside
 * while a higher one counts, and counts again where points would give less, or the same for a shorter time. That is
 * decided here, by the records as they are under their locks, because an operator may be faster than a movement of
 * points whose outcome was reckoned before.
 *
 * @returns the numbers of the new records, in the order of the changes
 */
export async function changeStatuses(
  connection: Connection,
  workspace: Workspace,
  changes: readonly StatusChange[],
): Promise<readonly string[]> {
  const { statuses } = workspace.settings.loyalty
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
      statuses.map(({ id }) => id),
    ],
  })
  return rows.map(({ number }) => number)
}

/**
 * Look-ups are laterals and arrays: joined, whole tables are read as long as they are thought to be small.
 *
 * Of each standing record one verdict: it `counts` (then nothing new is made), it `waits` aside, or it ends. The first
 * record of a profile is written down as history once another one ends it.
 */
const statement = `
with change as materialized (
  select c.*, array_position($9::text[], c.status_id) as rank, coalesce(c.valid_to, 'infinity') as until
  from unnest(
    $2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::boolean[], $8::bigint[]
  ) with ordinality as c (profile_id, status_id, valid_from, ends_former, valid_to, is_set, first_number, n)
),
standing as materialized (
  select s.number, change.profile_id, s.is_current, s.is_set, s.valid_from, array_position($9::text[], s.status_id) as rank,
    coalesce(s.valid_to, 'infinity') as until
  from change cross join lateral (
    select * from status_records
    where workspace_id = $1 and profile_id = change.profile_id and (is_current or aside_since is not null)
    for update
  ) s
),
measured as materialized (
  select s.*, change.ends_former,
    s.is_set and not change.is_set and s.rank is not null and s.until >= change.valid_from as binds,
    (s.rank, s.until) >= (change.rank, change.until) as is_enough
  from standing s join change using (profile_id)
),
judged as materialized (
  select number, profile_id, is_current, ends_former, case
      when not binds then 'ends'
      when is_enough and row_number() over (partition by profile_id, binds and is_enough order by rank desc, until desc, valid_from, number) = 1
        then 'counts'
      else 'waits'
    end as verdict
  from measured
),
changed as (
  update status_records s
  set is_current = false,
    aside_since = case verdict when 'waits' then coalesce(s.aside_since, ends_former) end,
    valid_to = case verdict when 'waits' then s.valid_to else least(s.valid_to, s.aside_since, ends_former) end,
    changed_at = clock_timestamp()
  from judged
  where s.workspace_id = $1 and s.number = any (array(select number from judged)) and s.number = judged.number
    and (verdict = 'ends' or verdict = 'waits' and judged.is_current)
  returning s.number
),
counting as (
  update status_records s set is_current = true, aside_since = null, changed_at = clock_timestamp()
  from judged
  where s.workspace_id = $1 and s.number = any (array(select number from judged)) and s.number = judged.number
    and verdict = 'counts' and not judged.is_current and (select count(*) from changed) >= 0
),
first_ended as (
  insert into status_records (workspace_id, number, profile_id, status_id, valid_from, valid_to, is_current)
  select $1, change.first_number, change.profile_id, ($9::text[])[1], p.created_at, change.ends_former, false
  from change
  cross join lateral (
    select created_at from profiles where workspace_id = $1 and id = change.profile_id limit 1
  ) p
  where (
    select true from status_records s where s.workspace_id = $1 and s.profile_id = change.profile_id limit 1
  ) is null
  on conflict do nothing
),
made as (
  insert into status_records (workspace_id, profile_id, status_id, valid_from, valid_to, is_set)
  select $1, profile_id, status_id, valid_from, valid_to, is_set from change
  where not exists (select from judged where judged.profile_id = change.profile_id and verdict = 'counts')
    -- After the one before has ended: there is one current record.
    and (select count(*) from changed) >= 0
  returning number, profile_id
)
select made.number from made join change using (profile_id) order by n`
