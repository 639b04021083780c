import type { Connection } from '../../platform/postgres/database.ts'
import { type Hundredths, parseHundredths } from '../amounts/hundredths.ts'
import { localDayOf } from '../local-time/local-time.ts'
import { acceptsStore, countIssued, isValidOn, mostMore } from '../rewards/catalogue.ts'
import type { Grant } from '../rewards/grant.ts'
import { findVouchersByCode } from '../rewards/list-vouchers.ts'
import { firstMomentOf } from '../rewards/redeem-grant.ts'
import type { Reward } from '../workspaces/file/sections/rewards.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import type { Benefit } from './bill.ts'

/** A code as the till sends it: a voucher's, or that of a reward for sale (L108). */
export interface WantedBenefit {
  readonly code: string
  /** What the till took off for it. */
  readonly charged?: Hundredths | undefined
}

export type FoundBenefit = Benefit & { readonly code: string; readonly name: Reward['name'] } & (
    | { readonly grant: Grant; readonly reward?: never; readonly cost: 0 }
    | { readonly reward: Reward; readonly grant?: never; readonly cost: Hundredths }
  )

export interface BenefitRefusal {
  readonly code: string
  readonly reason:
    | 'unknown'
    | 'of-another-profile'
    | 'already-used'
    | 'expired'
    | 'not-valid-now'
    | 'not-in-store'
    | 'limit'
    | 'not-enough-points'
}

export interface BenefitQuestion {
  /** Undefined: nobody's bill, which has no benefits (L106). */
  readonly profileId: string | undefined
  readonly storeId: string
  readonly wanted: readonly WantedBenefit[]
  readonly freePoints: Hundredths
  readonly now: Date
}

/**
 * What codes of a bill stand for, in their order; or all that is wrong with them, for each the first reason that
 * applies in the order of L117. Changes nothing and locks nothing: what is bought is bought by `buyReward`.
 */
export async function findBenefits(
  connection: Connection,
  workspace: Workspace,
  { profileId, storeId, wanted, freePoints, now }: BenefitQuestion,
): Promise<
  | { readonly benefits: readonly FoundBenefit[]; readonly refusals?: never }
  | { readonly refusals: readonly BenefitRefusal[]; readonly benefits?: never }
> {
  if (wanted.length === 0) return { benefits: [] }
  const today = localDayOf(now, workspace.settings.timeZone)
  const issued = profileId === undefined ? new Map() : await countIssued(connection, workspace, profileId)
  const codes = wanted.map(({ code }) => code)
  // Nobody's bill has no benefits, so that nobody learns by one which codes there are.
  const vouchers =
    profileId === undefined ? new Map() : await findVouchersByCode(connection, workspace.id, codes)
  const benefits: FoundBenefit[] = []
  const refusals: BenefitRefusal[] = []
  let pointsLeft = freePoints

  for (const { code, charged } of wanted) {
    const found = findOne(code, charged)
    if (typeof found === 'string') refusals.push({ code, reason: found })
    else {
      pointsLeft -= found.cost
      benefits.push(found)
    }
  }
  return refusals.length > 0 ? { refusals } : { benefits }

  function findOne(code: string, charged: Hundredths | undefined): FoundBenefit | BenefitRefusal['reason'] {
    if (profileId === undefined) return 'unknown'
    const grant = vouchers.get(code)
    if (grant)
      return (
        voucherRefusal(grant) ?? { code, charged, grant, cost: 0, worth: grant.worth, name: nameOf(grant) }
      )
    const reward = rewardForSale(workspace, code)
    if (!reward) return 'unknown'
    const cost = parseHundredths(reward.pointsCost) ?? 0
    const benefit = { code, charged, reward, cost, worth: worthOf(reward), name: reward.name }
    return saleRefusal(reward, cost) ?? benefit
  }

  function voucherRefusal(grant: Grant): BenefitRefusal['reason'] | undefined {
    if (grant.profileId !== profileId) return 'of-another-profile'
    const isWantedTwice = benefits.some((benefit) => benefit.grant?.number === grant.number)
    if (grant.state !== 'issued' || isWantedTwice) return 'already-used'
    if (grant.expiresAt !== null && grant.expiresAt < now) return 'expired'
    if (firstMomentOf(grant, workspace) > now) return 'not-valid-now'
    return acceptsStore(workspace, grant.rewardId, storeId) ? undefined : 'not-in-store'
  }

  function saleRefusal(reward: Reward, cost: Hundredths): BenefitRefusal['reason'] | undefined {
    if (!isValidOn(reward, today)) return 'not-valid-now'
    if (!acceptsStore(workspace, reward.id, storeId)) return 'not-in-store'
    const boughtBefore = benefits.filter((benefit) => benefit.reward?.id === reward.id).length
    if (mostMore(reward, issued) <= boughtBefore) return 'limit'
    return cost > pointsLeft ? 'not-enough-points' : undefined
  }

  function nameOf(grant: Grant): Reward['name'] {
    return workspace.settings.rewards.find(({ id }) => id === grant.rewardId)?.name ?? grant.rewardId
  }

  function worthOf({ kind, value, percent, currency }: Reward): Benefit['worth'] {
    return {
      kind,
      ...(value !== undefined && { value }),
      ...(percent !== undefined && { percent }),
      currency: currency ?? workspace.settings.currency,
    }
  }
}

/** Rewards that customers may buy with points (L108): they have a cost, and vouchers are issued of them. */
export function rewardsForSale({ settings }: Workspace): readonly Reward[] {
  return settings.rewards.filter(
    ({ kind, pointsCost = 0 }) => pointsCost > 0 && kind !== 'points' && kind !== 'none',
  )
}

function rewardForSale(workspace: Workspace, code: string): Reward | undefined {
  return rewardsForSale(workspace).find((reward) => reward.code === code)
}
