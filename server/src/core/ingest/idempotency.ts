import type { Connection, Database } from '../../platform/postgres/database.ts'
import { insertBlock } from './insert-block.ts'
import type { BlockRef, IdempotentRequest, KeptAnswer } from './operation-log.ts'

const keptFor = `interval '24 hours'`

/** See `OperationLog.appendOnce` (C37, C39). */
export async function appendOnce(
  database: Database,
  workspaceId: number,
  request: IdempotentRequest,
): Promise<KeptAnswer> {
  return await database.transaction(workspaceId, async (connection) => {
    // The second of two requests waits here for the first one's commit, and then finds its answer.
    const { rowCount } = await connection.query(
      `insert into idempotency_keys as kept (workspace_id, key, request_hash, answer_status, answer)
       values ($1, $2, $3, 0, '')
       on conflict (workspace_id, key) do update
         set request_hash = excluded.request_hash, created_at = now()
         where kept.created_at < now() - ${keptFor}`,
      [workspaceId, request.key, request.requestHash],
    )
    const earlier = rowCount === 0 ? await findAnswer(connection, workspaceId, request.key) : undefined
    if (earlier) return earlier
    const ref = request.block ? await insertBlock(connection, workspaceId, request.block) : unplaced()
    const { status, body } = request.answer(ref)
    await connection.query(
      'update idempotency_keys set answer_status = $3, answer = $4 where workspace_id = $1 and key = $2',
      [workspaceId, request.key, status, body],
    )
    return { requestHash: request.requestHash, status, body }
  })
}

/** See `OperationLog.findAnswer`. */
export async function findAnswer(
  connection: Connection,
  workspaceId: number,
  key: string,
): Promise<KeptAnswer | undefined> {
  const { rows } = await connection.query<{ request_hash: Buffer; answer_status: number; answer: string }>(
    `select request_hash, answer_status, answer from idempotency_keys
     where workspace_id = $1 and key = $2 and created_at >= now() - ${keptFor}`,
    [workspaceId, key],
  )
  const [row] = rows
  return row && { requestHash: row.request_hash, status: row.answer_status, body: row.answer }
}

/** Drops keys whose time is over. */
export async function dropOldIdempotencyKeys(database: Database): Promise<void> {
  await database.asOwner((connection) =>
    connection.query(`delete from idempotency_keys where created_at < now() - ${keptFor}`),
  )
}

/** The place of a request of which nothing had to be applied. */
function unplaced(): BlockRef {
  return { day: Math.floor(Date.now() / 86_400_000), id: 0 }
}
