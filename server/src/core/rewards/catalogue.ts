import type { Connection } from '../../platform/postgres/database.ts'
import type { Reward } from '../workspaces/file/sections/rewards.ts'
import type { Workspace } from '../workspaces/workspace.ts'

/** Whether a store accepts a reward: it is named, or the reward names none (L84, L89). */
export function acceptsStore({ settings }: Workspace, rewardId: string, storeId: string): boolean {
  const stores = settings.rewards.find(({ id }) => id === rewardId)?.stores ?? []
  return stores.length === 0 || stores.includes(storeId)
}

/** Whether a reward may be given on a local day, `YYYY-MM-DD`. */
export function isValidOn({ validFrom, validTo }: Reward, day: string): boolean {
  return !(validFrom !== undefined && day < validFrom) && !(validTo !== undefined && day > validTo)
}

/** How many grants of a reward count against its stock, and how many of these one profile has. */
export interface IssuedCount {
  readonly issued: number
  readonly held: number
  /** How many codes of its pool are gone. */
  readonly poolPlace: number
}

/** By reward: what was issued of it (S28). Rewards of which nothing ever was are not there. */
export async function countIssued(
  connection: Connection,
  workspaceId: number,
  profileId: string,
): Promise<ReadonlyMap<string, IssuedCount>> {
  const { rows } = await connection.query<{
    reward_id: string
    issued: number
    held: number
    pool_place: number
  }>({
    name: 'count-issued-of-profile',
    text: `select s.reward_id, s.issued, s.pool_place, coalesce(own.held, 0) as held
           from reward_stocks s
           left join (
             select reward_id, count(*)::integer as held from grants
             where workspace_id = $1 and profile_id = $2 and state <> 'withdrawn' group by reward_id
           ) own on own.reward_id = s.reward_id
           where s.workspace_id = $1`,
    values: [workspaceId, profileId],
  })
  return new Map(
    rows.map(({ reward_id, issued, held, pool_place }) => [
      reward_id,
      { issued, held, poolPlace: pool_place },
    ]),
  )
}

/** How many more the profile can get by stock and limit; `Infinity` where neither is set (L110). */
export function mostMore(
  { stock = Number.POSITIVE_INFINITY, perCustomer = Number.POSITIVE_INFINITY, couponCodes }: Reward,
  { issued, held, poolPlace }: IssuedCount = { issued: 0, held: 0, poolPlace: 0 },
): number {
  const codes =
    couponCodes && 'pool' in couponCodes ? couponCodes.pool.length - poolPlace : Number.POSITIVE_INFINITY
  return Math.max(0, Math.min(stock - issued, perCustomer - held, codes))
}
