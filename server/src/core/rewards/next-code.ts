import type { Connection } from '../../platform/postgres/database.ts'
import type { Reward } from '../workspaces/file/sections/rewards.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { defaultPattern, generateCode } from './generate-code.ts'
import { nextOfPool, type Pool, type PoolStanding } from './pool.ts'

/**
 * The code of a reward's next grant: from its pool in order, else by its pattern (S29, L87). Null: the reward has
 * none. Undefined: its pool is empty. The reward's stock is locked by the caller.
 */
export async function nextCode(
  connection: Connection,
  workspace: Workspace,
  reward: Reward,
  stock: PoolStanding,
): Promise<string | null | undefined> {
  if (reward.kind === 'points') return null
  const { couponCodes } = reward
  if (couponCodes && 'pool' in couponCodes) {
    return await takeOfPool(connection, workspace.id, reward.id, couponCodes.pool, stock)
  }
  const code = generateCode(couponCodes?.generate ?? defaultPattern)
  return isSpokenFor(workspace, code) ? await nextCode(connection, workspace, reward, stock) : code
}

/** A till takes a code whoever issued it, so one that is a reward's own, or stands in a pool, is no other grant's. */
export function isSpokenFor({ settings }: Workspace, code: string): boolean {
  return settings.rewards.some(
    ({ code: own, couponCodes }) =>
      own === code || (couponCodes && 'pool' in couponCodes && couponCodes.pool.includes(code)),
  )
}

async function takeOfPool(
  connection: Connection,
  workspaceId: number,
  rewardId: string,
  pool: Pool,
  stock: PoolStanding,
): Promise<string | undefined> {
  const next = await nextOfPool(connection, workspaceId, pool, stock)
  if (!next) return undefined
  await connection.query({
    name: 'take-of-pool',
    text: `update reward_stocks set pool_key = $3, pool_place = $4, pool_gone = $5
           where workspace_id = $1 and reward_id = $2`,
    values: [workspaceId, rewardId, next.poolKey, next.poolPlace, next.poolGone],
  })
  return next.code
}
