import type { Connection } from '../../platform/postgres/database.ts'
import type { Ledger } from '../points/ledger.ts'
import { buyReward } from '../rewards/buy-reward.ts'
import { redeemGrant } from '../rewards/redeem-grant.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import type { CalculatedBill } from './calculate-bill.ts'
import type { BenefitRefusal, FoundBenefit } from './find-benefits.ts'

export interface BenefitUse {
  readonly storeId: string
  readonly now: Date
  readonly profileId: string
  readonly purchase: string
  readonly benefits: readonly FoundBenefit[]
  readonly calculated: CalculatedBill
}

/**
 * Uses up what a bill is paid with beside money and points: vouchers, and rewards that are bought for it with points.
 * The caller has locked the stocks, and freed what is reserved for the bill (L115).
 *
 * @returns what somebody else was quicker to take; then the transaction has to be rolled back
 */
export async function useBenefits(
  connection: Connection,
  workspace: Workspace,
  ledger: Ledger,
  { profileId, purchase, storeId, now, benefits, calculated }: BenefitUse,
): Promise<readonly BenefitRefusal[]> {
  for (const [index, benefit] of benefits.entries()) {
    const { code } = benefit
    const discount = calculated.discounts[index] ?? 0
    let number = benefit.grant?.number
    if (benefit.reward) {
      const rewardId = benefit.reward.id
      const request = { rewardId, profileId, purchaseNumber: purchase, storeId }
      const bought = await buyReward(connection, workspace, ledger, request)
      if (bought.refusal) return [{ code, reason: saleReasons[bought.refusal] }]
      number = bought.grant
    }
    if (number === undefined) throw new Error('a benefit is neither a voucher nor for sale')
    const refusal = await redeemGrant(connection, workspace, {
      number,
      at: now,
      storeId,
      purchase: { number: purchase, discount, bought: benefit.reward !== undefined },
    })
    if (refusal) return [{ code, reason: voucherReasons[refusal] }]
  }
  return []
}

/** Lost against somebody who was quicker: the reasons are those of `findBenefits`. */
const saleReasons = {
  'unknown-reward': 'unknown',
  'unknown-profile': 'unknown',
  'no-voucher': 'unknown',
  'not-valid': 'not-valid-now',
  'out-of-stock': 'limit',
  'customer-limit': 'limit',
  'no-code-left': 'limit',
  'code-taken': 'limit',
  'not-enough-points': 'not-enough-points',
} as const

const voucherReasons = {
  'unknown-grant': 'unknown',
  redeemed: 'already-used',
  expired: 'expired',
  'not-in-store': 'not-in-store',
} as const
