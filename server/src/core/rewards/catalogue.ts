import type { Connection } from '../../platform/postgres/database.ts'
import type { Reward } from '../workspaces/file/sections/rewards.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { countFree, isOf, type Pool, type PoolStanding } from './pool.ts'

/** Whether a store accepts a reward: it is named, or the reward names none (L84, L89). */
export function acceptsStore({ settings }: Workspace, rewardId: string, storeId: string): boolean {
  const stores = settings.rewards.find(({ id }) => id === rewardId)?.stores ?? []
  return stores.length === 0 || stores.includes(storeId)
}

/** Whether a reward may be given on a local day, `YYYY-MM-DD`. */
export function isValidOn({ validFrom, validTo }: Reward, day: string): boolean {
  return !(validFrom !== undefined && day < validFrom) && !(validTo !== undefined && day > validTo)
}

/** What was issued of a reward. */
interface IssuedCount {
  /** Grants that count against its stock. */
  readonly issued: number
  /** How many of these the profile has. */
  readonly held: number
  /** How many codes its pool has left; more than this are not counted where another pool came meanwhile. */
  readonly codesLeft: number
}

export type IssuedCounts = ReadonlyMap<string, IssuedCount>

/** More than this of one reward nobody gets at once. */
const mostCounted = 1000

/** By reward: what was issued of it (S28). Rewards of which nothing ever was, and that have no pool, are not there. */
export async function countIssued(
  connection: Connection,
  { id, settings }: Workspace,
  profileId: string,
): Promise<IssuedCounts> {
  const { rows } = await connection.query<PoolStanding & { rewardId: string; issued: number; held: number }>({
    name: 'count-issued-of-profile',
    text: `select s.reward_id as "rewardId", s.issued, coalesce(own.held, 0) as held,
             s.pool_key as "poolKey", s.pool_place as "poolPlace", s.pool_gone as "poolGone"
           from reward_stocks s
           left join (
             select reward_id, count(*)::integer as held from grants
             where workspace_id = $1 and profile_id = $2 and state <> 'withdrawn' group by reward_id
           ) own on own.reward_id = s.reward_id
           where s.workspace_id = $1`,
    values: [id, profileId],
  })
  const stocks = new Map(rows.map((row) => [row.rewardId, row]))
  const counts = new Map<string, IssuedCount>(
    rows.map(({ rewardId, issued, held }) => [
      rewardId,
      { issued, held, codesLeft: Number.POSITIVE_INFINITY },
    ]),
  )
  for (const reward of settings.rewards) {
    const pool = poolOf(reward)
    if (!pool) continue
    const stock = stocks.get(reward.id)
    const codesLeft =
      stock && isOf(pool, stock)
        ? pool.length - stock.poolGone
        : await countFree(connection, id, pool, mostCounted)
    counts.set(reward.id, { ...(counts.get(reward.id) ?? nothingIssued), codesLeft })
  }
  return counts
}

const nothingIssued: IssuedCount = { issued: 0, held: 0, codesLeft: Number.POSITIVE_INFINITY }

/** How many more the profile can get by stock, limit and codes; `Infinity` where there is none of them (L110). */
export function mostMore(
  { id, stock = Number.POSITIVE_INFINITY, perCustomer = Number.POSITIVE_INFINITY }: Reward,
  counts: IssuedCounts,
): number {
  const { issued, held, codesLeft } = counts.get(id) ?? nothingIssued
  return Math.max(0, Math.min(stock - issued, perCustomer - held, codesLeft))
}

function poolOf({ couponCodes }: Reward): Pool | undefined {
  return couponCodes && 'pool' in couponCodes ? couponCodes.pool : undefined
}
