import { referralCampaigns } from '../../../core/referral/referral-campaign.ts'
import type { Grant } from '../../../core/rewards/grant.ts'
import { derivedNumber } from '../../../core/workspaces/derived-number.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'
import { campaignNumber } from '../campaign-id.ts'

const states = { issued: 'FULFILLED', redeemed: 'REDEEMED', withdrawn: 'REVOKED' } as const satisfies Record<
  Grant['state'],
  string
>

/** One grant (E104–E106, E108). */
export function presentReward(workspace: Workspace, grant: Grant) {
  const { worth, role } = grant
  const campaign = referralCampaigns(workspace).find(({ id }) => id === grant.campaignId)
  const label = campaign?.label ?? grant.campaignId
  const isCoupon = worth.kind === 'coupon'
  const [faceValue, faceValueType] = faceOf(worth)
  const earned = grant.grantedAt.toISOString()
  return {
    id: grant.number,
    reward_id: grant.number,
    state: states[grant.state],
    amount: faceValue,
    face_value: faceValue,
    face_value_type: faceValueType,
    date_earned: earned,
    date_issued: earned,
    date_delivered: null,
    type: isCoupon ? 'COUPON' : 'CUSTOM_REWARD',
    reward_type: isCoupon ? 'COUPON' : 'ID',
    code: grant.code,
    partner_reward_id: null,
    tags: role === null ? worth.tags : [...worth.tags, role],
    slots: [],
    campaign_id: grant.campaignId === null ? '0' : campaignNumber(workspace, grant.campaignId),
    program_label: label,
    sandbox: 'production-production',
    reward_supplier_id: derivedNumber(workspace, `reward ${grant.rewardId}`),
    partner_reward_supplier_id: null,
    reward_name: grant.rewardId,
    expiry_date: grant.expiresAt?.toISOString() ?? null,
    redeemed_date: grant.redeemedAt?.toISOString() ?? null,
    journey_name: role,
    journey_key: null,
  }
}

/** `face_value` and `face_value_type` (E105). */
function faceOf({ kind, value, currency, percent, points }: Grant['worth']): readonly [string, string] {
  if (kind === 'points') return [String(points ?? 0), 'POINTS']
  if (percent !== undefined) return [String(percent), 'PERCENT_OFF']
  return [String(value ?? 0), currency ?? '']
}
