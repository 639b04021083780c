import type { Connection } from '../../platform/postgres/database.ts'
import { parseHundredths } from '../amounts/hundredths.ts'
import { localDayOf } from '../local-time/local-time.ts'
import { acceptsStore, countIssued, isValidOn, mostMore } from '../rewards/catalogue.ts'
import type { Grant } from '../rewards/grant.ts'
import { listVouchers } from '../rewards/list-vouchers.ts'
import type { Reward } from '../workspaces/file/sections/rewards.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { rewardsForSale } from './find-benefits.ts'
import { freePointsForBill } from './quote-payment.ts'

/** A voucher to use, or a reward to buy, and how often it can be had now. */
export type Recommendation =
  | { readonly grant: Grant; readonly reward: Reward | undefined; readonly most: 1 }
  | { readonly grant?: never; readonly reward: Reward; readonly most: number }

/** More than this of one kind nobody hands over in one purchase. */
const everything = { sort: undefined, count: 1000, offset: 0 } as const
const mostAtOnce = 1000

/**
 * What a customer can use in a store: vouchers, then the rewards for sale that are valid there, those that cannot be
 * bought now with 0 (L110). Changes nothing.
 */
export async function recommendBenefits(
  connection: Connection,
  workspace: Workspace,
  {
    profileId,
    storeId,
    billId,
    now,
  }: {
    readonly profileId: string
    readonly storeId: string
    readonly billId: string
    readonly now: Date
  },
): Promise<readonly Recommendation[]> {
  const usable = { profileIds: [profileId], storeId, isValid: true, isApplied: false }
  const vouchers = await listVouchers(connection, workspace, usable, now, everything)
  const freePoints = await freePointsForBill(connection, workspace, profileId, billId, now)
  const issued = await countIssued(connection, workspace, profileId)
  const today = localDayOf(now, workspace.settings.timeZone)
  const forSale = rewardsForSale(workspace).filter(
    (reward) => isValidOn(reward, today) && acceptsStore(workspace, reward.id, storeId),
  )
  return [
    ...vouchers.items.map((grant) => ({
      grant,
      reward: workspace.settings.rewards.find(({ id }) => id === grant.rewardId),
      most: 1 as const,
    })),
    ...forSale.map((reward) => {
      const affordable = Math.floor(freePoints / (parseHundredths(reward.pointsCost) ?? 1))
      return { reward, most: Math.min(mostMore(reward, issued), affordable, mostAtOnce) }
    }),
  ]
}
