import type { Connection } from '../../platform/postgres/database.ts'
import type { Reward } from '../workspaces/file/sections/rewards.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { defaultPattern, generateCode } from './generate-code.ts'
import type { LockedStock } from './lock-stock.ts'

/**
 * The code of a reward's next grant: from its pool in order, else by its pattern (S29, L87). Null: the reward has
 * none. Undefined: its pool is empty. The reward's stock is locked by the caller.
 */
export async function nextCode(
  connection: Connection,
  workspace: Workspace,
  reward: Reward,
  stock: LockedStock,
): Promise<string | null | undefined> {
  if (reward.kind === 'points') return null
  const { couponCodes } = reward
  if (couponCodes && 'pool' in couponCodes) {
    return await nextOfPool(connection, workspace.id, reward.id, couponCodes.pool, stock.poolPlace)
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

/** How many codes of a pool are looked at before all of them are. */
const nearCodes = 100

/**
 * Looks on from where the last code was found; the whole pool only where there is none, since a workspace file may
 * have brought another pool meanwhile.
 */
async function nextOfPool(
  connection: Connection,
  workspaceId: number,
  rewardId: string,
  pool: readonly string[],
  place: number,
): Promise<string | undefined> {
  const near = pool.slice(place, place + nearCodes)
  const found =
    (near.length > 0 && (await firstFree(connection, workspaceId, near, place))) ||
    (await firstFree(connection, workspaceId, pool, 0))
  if (!found) return undefined
  await connection.query({
    name: 'move-pool-place',
    text: 'update reward_stocks set pool_place = $3 where workspace_id = $1 and reward_id = $2',
    values: [workspaceId, rewardId, found.place],
  })
  return found.code
}

async function firstFree(
  connection: Connection,
  workspaceId: number,
  codes: readonly string[],
  offset: number,
): Promise<{ readonly code: string; readonly place: number } | undefined> {
  const { rows } = await connection.query<{ code: string; place: number }>({
    name: 'next-pool-code',
    text: `select p.code, (n + $3)::integer as place from unnest($2::text[]) with ordinality as p (code, n)
           where not exists (select from grants g where g.workspace_id = $1 and g.code = p.code)
           order by n limit 1`,
    values: [workspaceId, codes, offset],
  })
  return rows[0]
}
