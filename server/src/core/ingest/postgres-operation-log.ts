import type { Database } from '../../platform/postgres/database.ts'
import type { PartitionedTable } from '../../platform/postgres/partitions.ts'
import { appendOnce, findAnswer } from './idempotency.ts'
import { insertBlock } from './insert-block.ts'
import type { BlockOutcomes } from './operation.ts'
import { decodeKeys } from './operation-keys.ts'
import type { BlockRef, BlockState, OperationLog, PendingBlock } from './operation-log.ts'

/**
 * Whole days are dropped 24 h after they ended, so a tracking id lives between 24 and 48 h (C32). What is not
 * applied yet is never dropped: a server that was off for days begins with what it had accepted (C1).
 */
export const operationBlockPartitions: PartitionedTable = {
  name: 'operation_blocks',
  unit: 'day',
  keptForHours: 24,
  keptWhile: 'settled_at is null',
}

/** How many blocks are looked at together. More would only grow the memory that their keys take. */
const pendingLimit = 32

const dayNumber = `accepted_on - date '1970-01-01'`
/** Parameters $2 (days) and $3 (ids) name the blocks. Both columns, so that one partition is looked into. */
const named = `(accepted_on, id) in (select date '1970-01-01' + day, id from unnest($2::int[], $3::bigint[]) as b (day, id))`

export function postgresOperationLog(database: Database): OperationLog {
  return {
    async append(workspaceId, block) {
      return await database.inWorkspace(workspaceId, (connection) =>
        insertBlock(connection, workspaceId, block),
      )
    },

    appendOnce: (workspaceId, request) => appendOnce(database, workspaceId, request),
    findAnswer: (workspaceId, key) =>
      database.inWorkspace(workspaceId, (connection) => findAnswer(connection, workspaceId, key)),

    async waitingWorkspaces() {
      return await database.asOwner(async (connection) => {
        // The workspaces are few and the index knows at once whether one has anything unsettled.
        const { rows } = await connection.query<{ id: number }>(
          `select id from workspaces where exists (
             select from operation_blocks b where b.workspace_id = workspaces.id and b.settled_at is null)`,
        )
        return rows.map((row) => row.id)
      })
    },

    async pending(workspaceId, except) {
      return await database.inWorkspace(workspaceId, async (connection) => {
        const { rows } = await connection.query<PendingRow>({
          name: 'pending-blocks',
          text: `select id, ${dayNumber} as day, operation_count, keys, is_plain from operation_blocks
                 where workspace_id = $1 and settled_at is null and id <> all ($2::bigint[])
                 order by id limit ${pendingLimit}`,
          values: [workspaceId, except.map((block) => block.id)],
        })
        return rows.map(pendingBlockOf)
      })
    },

    async read(workspaceId, blocks) {
      return await database.inWorkspace(workspaceId, async (connection) => {
        const { rows } = await connection.query<{ operations: string }>({
          name: 'read-blocks',
          text: `select operations from operation_blocks where workspace_id = $1 and ${named} order by id`,
          values: [workspaceId, ...daysAndIds(blocks)],
        })
        return rows.map((row) => row.operations)
      })
    },

    async settle(connection, workspaceId, blocks) {
      const { rowCount } = await connection.query({
        name: 'settle-blocks',
        text: `update operation_blocks set settled_at = clock_timestamp(), outcomes = b.outcomes::jsonb
               from unnest($2::int[], $3::bigint[], $4::text[]) as b (day, id, outcomes)
               where workspace_id = $1 and accepted_on = date '1970-01-01' + b.day
                 and operation_blocks.id = b.id and settled_at is null`,
        values: [
          workspaceId,
          ...daysAndIds(blocks),
          blocks.map((block) => (block.outcomes ? JSON.stringify(block.outcomes) : null)),
        ],
      })
      if (rowCount !== blocks.length) throw new Error('a block of the run is settled already')
    },

    async find(workspaceId, blocks) {
      return await database.inWorkspace(workspaceId, async (connection) => {
        const { rows } = await connection.query<StateRow>({
          name: 'find-blocks',
          text: `select id, settled_at is not null as settled, outcomes from operation_blocks
                 where workspace_id = $1 and ${named}`,
          values: [workspaceId, ...daysAndIds(blocks)],
        })
        return new Map(rows.map((row) => [Number(row.id), stateOf(row)]))
      })
    },
  }
}

interface PendingRow {
  readonly id: string
  readonly day: number
  readonly operation_count: number
  readonly keys: Buffer | null
  readonly is_plain: boolean
}

interface StateRow {
  readonly id: string
  readonly settled: boolean
  readonly outcomes: BlockOutcomes | null
}

function pendingBlockOf(row: PendingRow): PendingBlock {
  return {
    ...refOf(row),
    operationCount: row.operation_count,
    keys: row.keys ? decodeKeys(row.keys) : undefined,
    isPlain: row.is_plain,
  }
}

function stateOf(row: StateRow): BlockState {
  return row.settled ? { settled: true, outcomes: row.outcomes ?? {} } : { settled: false }
}

function refOf(row: { id: string; day: number }): BlockRef {
  return { id: Number(row.id), day: row.day }
}

function daysAndIds(blocks: readonly BlockRef[]): [number[], number[]] {
  return [blocks.map((block) => block.day), blocks.map((block) => block.id)]
}
