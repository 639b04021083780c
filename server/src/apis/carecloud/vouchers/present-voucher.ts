import { formatHundredths } from '../../../core/amounts/hundredths.ts'
import type { Grant } from '../../../core/rewards/grant.ts'
import type { VoucherOrder } from '../../../core/rewards/list-vouchers.ts'
import type { Presented } from '../lists/list-in-memory.ts'
import type { SortFields } from '../lists/list-query.ts'
import { groupOf, presentReward, type RewardView } from '../rewards/present-reward.ts'
import { presentTime } from '../values/times.ts'

/** Fields by which vouchers are sorted (L38). */
export const voucherOrders: SortFields<VoucherOrder> = {
  voucher_id: 'number',
  customer_id: 'profileNumber',
  store_id: 'storeId',
  code: 'code',
  value: 'value',
  applied_date: 'redeemedAt',
  valid_from: 'validFrom',
  valid_to: 'expiresAt',
  // 1 with a points cost, else 4.
  reward_group: 'isFree',
  note: 'note',
  created_at: 'grantedAt',
  last_change: 'changedAt',
  state: 'isOver',
}

/** A grant as a voucher (L85, L88). */
export function presentVoucher(grant: Grant, view: RewardView, { withStores = false } = {}): Presented {
  const { workspace, now } = view
  const reward = workspace.settings.rewards.find(({ id }) => id === grant.rewardId)
  const isOver = grant.state === 'redeemed' || (grant.expiresAt !== null && grant.expiresAt < now)
  return {
    voucher_id: grant.number,
    customer_id: grant.profileNumber,
    store_id: grant.storeId,
    code: grant.code,
    value: grant.discount === null ? (grant.worth.value ?? null) : formatHundredths(grant.discount),
    applied_date: presentTime(grant.redeemedAt, workspace),
    valid_from: presentTime(grant.validFrom, workspace),
    valid_to: presentTime(grant.expiresAt, workspace),
    reward_group: reward ? String(groupOf(reward)) : null,
    note: grant.note,
    reward: reward ? presentReward(reward, view, { withStores }) : null,
    created_at: presentTime(grant.grantedAt, workspace),
    last_change: presentTime(grant.changedAt, workspace),
    state: isOver ? 2 : 1,
  }
}
