import type { Connection } from '../../platform/postgres/database.ts'
import { lockStock } from './grant-reward.ts'

/**
 * Takes an issued grant back, in the caller's transaction: its place in the stock and in the customer's limit is
 * free again (S28).
 *
 * @returns whether it was there to be withdrawn; one that was redeemed or withdrawn before is not
 */
export async function withdrawGrant(
  connection: Connection,
  workspaceId: number,
  number: string,
): Promise<boolean> {
  const { rows: named } = await connection.query<{ reward_id: string }>({
    name: 'reward-of-grant',
    text: 'select reward_id from grants where workspace_id = $1 and number = $2',
    values: [workspaceId, number],
  })
  const [grant] = named
  if (!grant) return false
  // The stock before the grant, like whoever grants: two orders would wait for each other.
  await lockStock(connection, workspaceId, grant.reward_id)
  const { rowCount } = await connection.query({
    name: 'withdraw-grant',
    text: `update grants set state = 'withdrawn', withdrawn_at = now()
           where workspace_id = $1 and number = $2 and state = 'issued'`,
    values: [workspaceId, number],
  })
  if (rowCount !== 1) return false
  await connection.query({
    name: 'give-back-stock',
    text: 'update reward_stocks set issued = issued - 1 where workspace_id = $1 and reward_id = $2',
    values: [workspaceId, grant.reward_id],
  })
  return true
}
