import pg from 'pg'
import type { Connection } from '../../platform/postgres/database.ts'
import { uuidTimePrefix } from '../profiles/upsert-profiles.ts'
import { upsertColumns, upsertSteps } from '../profiles/upsert-steps.ts'
import { bindsAnything } from '../standard-fields/field-bindings.ts'
import type { BlockOutcomes } from './operation.ts'
import type { BlockRef } from './operation-log.ts'
import type { ProfileRules } from './profile-rules.ts'

/**
 * Applies blocks of upserts that do not meet, and settles them: one statement, one round trip, one commit. The
 * operations go from the log's row to the profiles' without leaving PostgreSQL.
 *
 * Measured with 64 clients that put single users: reading the blocks, begin, upsert, settle and commit as round trips
 * of their own cost half as much again as the work they frame.
 *
 * @returns the outcomes of the blocks that have any, by block id; undefined where the blocks have to be read first (an
 *   operation waits for another, a lead is to be taken over, or a block is settled already). Nothing is changed then.
 */
export async function applyPlainBlocks(
  connection: Connection,
  workspaceId: number,
  blocks: readonly BlockRef[],
  { emailPerUnit, fieldBindings }: ProfileRules,
): Promise<ReadonlyMap<number, BlockOutcomes> | undefined> {
  const values = [
    workspaceId,
    blocks.map((block) => block.day),
    emailPerUnit,
    uuidTimePrefix(),
    blocks.map((block) => block.id),
  ]
  try {
    const { rows } = await connection.query<{ outcomes: Readonly<Record<string, BlockOutcomes>> | null }>(
      bindsAnything(fieldBindings)
        ? { name: 'apply-bound-blocks', text: binding, values: [...values, JSON.stringify(fieldBindings)] }
        : { name: 'apply-plain-blocks', text: plain, values },
    )
    const outcomes = Object.entries(rows[0]?.outcomes ?? {})
    return new Map(outcomes.map(([id, ofBlock]) => [Number(id), ofBlock]))
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === 'TS001') return undefined
    throw error
  }
}

/** $1 workspace, $2 days and $5 ids of the blocks, $3 and $4 as in `upsertSteps`. */
const statement = (bindings?: string) => `
with block as materialized (
  select b.accepted_on, b.id, b.operations
  from unnest($2::int[], $5::bigint[]) as named (day, id)
  cross join lateral (
    select accepted_on, id, operations from operation_blocks
    where workspace_id = $1 and accepted_on = date '1970-01-01' + named.day and id = named.id limit 1
  ) b
),
op as materialized (
  select row_number() over (order by block.id, o.position) as n, block.id as block_id, o.*
  from block
  cross join lateral rows from (jsonb_to_recordset(block.operations::jsonb) as (${upsertColumns}))
    with ordinality as o (customer, email, email_key, unit, profile, set, clear, at, result, lead_taken, position)
),
${upsertSteps(bindings)},
outcome as materialized (
  select block_id, jsonb_object_agg(
    position - 1,
    jsonb_strip_nulls(
      case decision
        when 'email-taken' then jsonb_build_object('at', at, 'failure', jsonb_build_object(
          'reason', decision, 'email', coalesce(email, old_email), 'holder', holder_customer, 'unit', new_unit))
        when 'profile-mismatch' then jsonb_build_object('at', at, 'failure', jsonb_build_object(
          'reason', decision, 'sent', profile, 'customer', customer))
        else jsonb_build_object('profile', id, 'email', coalesce(email, old_email), 'unit', new_unit)
      end
    )
  ) as outcomes
  from plan where result or decision not in ('create', 'update')
  group by block_id
),
settled as (
  update operation_blocks b
  set settled_at = clock_timestamp(), outcomes = (select outcomes from outcome where block_id = b.id)
  from block
  where b.workspace_id = $1 and b.accepted_on = block.accepted_on and b.id = block.id and b.settled_at is null
    and not exists (select from plan where decision in ('wait', 'take-lead', 'yield-email', 'yield-customer'))
  returning b.id
)
select case
  when (select count(*) from settled) = cardinality($5) then (select jsonb_object_agg(block_id, outcomes) from outcome)
  else refuse_unread_blocks()
end as outcomes`

const plain = statement()
const binding = statement('$6::jsonb')
