import type { Connection } from '../../platform/postgres/database.ts'
import type { PoolStanding } from './pool.ts'

export interface LockedStock extends PoolStanding {
  /** Grants that count: withdrawn ones were given back. */
  readonly issued: number
}

/**
 * Locks a reward's stock row until the transaction ends: stock, limits and codes are counted under it. Stocks are
 * locked after profiles and before wallets of points: two orders would wait for each other.
 */
export async function lockStock(
  connection: Connection,
  workspaceId: number,
  rewardId: string,
): Promise<LockedStock> {
  await connection.query({
    name: 'make-stock',
    text: 'insert into reward_stocks (workspace_id, reward_id) values ($1, $2) on conflict do nothing',
    values: [workspaceId, rewardId],
  })
  const { rows } = await connection.query<LockedStock>({
    name: 'lock-stock',
    text: `select issued, pool_key as "poolKey", pool_place as "poolPlace", pool_gone as "poolGone"
           from reward_stocks where workspace_id = $1 and reward_id = $2 for update`,
    values: [workspaceId, rewardId],
  })
  const [stock] = rows
  if (!stock) throw new Error(`there is no stock of reward ${rewardId}`)
  return stock
}

/** Locks the stocks of several rewards, in the order of their ids. */
export async function lockStocks(
  connection: Connection,
  workspaceId: number,
  rewardIds: readonly string[],
): Promise<void> {
  for (const rewardId of [...new Set(rewardIds)].sort()) await lockStock(connection, workspaceId, rewardId)
}
