import type { Connection } from '../../platform/postgres/database.ts'
import { encodeKeys } from './operation-keys.ts'
import type { BlockRef, NewBlock } from './operation-log.ts'

/** Writes a block; it is durable when the connection's transaction is. */
export async function insertBlock(
  connection: Connection,
  workspaceId: number,
  block: NewBlock,
): Promise<BlockRef> {
  const { rows } = await connection.query<{ day: number; id: string }>({
    name: 'append-block',
    text: `insert into operation_blocks (workspace_id, operations, operation_count, keys, is_plain)
           values ($1, $2, $3, $4, $5) returning id, accepted_on - date '1970-01-01' as day`,
    values: [
      workspaceId,
      block.operations,
      block.operationCount,
      block.keys ? encodeKeys(block.keys) : null,
      block.isPlain,
    ],
  })
  const [row] = rows
  if (!row) throw new Error('the database gave no row for a new block')
  return { id: Number(row.id), day: row.day }
}
