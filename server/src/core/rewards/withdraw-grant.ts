import type { Connection } from '../../platform/postgres/database.ts'
import type { Ledger } from '../points/ledger.ts'
import { lockAlone } from '../profiles/lock-survivor.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { lockStock } from './lock-stock.ts'

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
  return (await withdraw(connection, workspaceId, number)) !== undefined
}

/**
 * The same, and the points that it cost return to the lots they came from (L90, L113). Locks the profile alone.
 *
 * @param purchaseNumber the purchase that cancels the one it was bought in
 */
export async function returnGrant(
  connection: Connection,
  workspace: Workspace,
  ledger: Ledger,
  number: string,
  purchaseNumber?: string,
): Promise<boolean> {
  const { rows } = await connection.query<{ profile_id: string }>({
    name: 'profile-of-grant',
    text: 'select profile_id from grants where workspace_id = $1 and number = $2',
    values: [workspace.id, number],
  })
  if (rows[0]) await lockAlone(connection, workspace.id, rows[0].profile_id)
  const withdrawn = await withdraw(connection, workspace.id, number)
  if (!withdrawn) return false
  const { cost_movement: movementNumber } = withdrawn
  if (movementNumber === null) return true
  const { refusal } = await ledger.reverse(connection, workspace, {
    key: `grant:${number}:refund`,
    movementNumber,
    purchaseNumber,
  })
  // What it took from somebody who was merged then and is gone by now returns to nobody (S20).
  if (refusal && refusal !== 'unknown-profile') {
    throw new Error(`what grant ${number} cost cannot be returned: ${refusal}`)
  }
  return true
}

async function withdraw(
  connection: Connection,
  workspaceId: number,
  number: string,
): Promise<{ readonly cost_movement: string | null } | undefined> {
  const { rows: named } = await connection.query<{ reward_id: string }>({
    name: 'reward-of-grant',
    text: 'select reward_id from grants where workspace_id = $1 and number = $2',
    values: [workspaceId, number],
  })
  const [grant] = named
  if (!grant) return undefined
  // The stock before the grant, like whoever grants: two orders would wait for each other.
  await lockStock(connection, workspaceId, grant.reward_id)
  const { rows } = await connection.query<{ cost_movement: string | null }>({
    name: 'withdraw-grant',
    text: `update grants set state = 'withdrawn', withdrawn_at = now(), changed_at = clock_timestamp()
           where workspace_id = $1 and number = $2 and state = 'issued'
           returning cost_movement`,
    values: [workspaceId, number],
  })
  const [withdrawn] = rows
  if (!withdrawn) return undefined
  await connection.query({
    name: 'give-back-stock',
    text: 'update reward_stocks set issued = issued - 1 where workspace_id = $1 and reward_id = $2',
    values: [workspaceId, grant.reward_id],
  })
  return withdrawn
}
