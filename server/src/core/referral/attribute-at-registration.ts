import type { Connection } from '../../platform/postgres/database.ts'
import { lockSurvivor } from '../profiles/lock-survivor.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { isOwnReferral } from './own-referral.ts'
import { isLive, referralCampaigns } from './referral-campaign.ts'
import { findShareCode, type ShareCode } from './share-codes.ts'

/** The share code, if it is one of a referral campaign that is live (L70, G27). */
export async function findLiveShareCode(
  connection: Connection,
  workspace: Workspace,
  code: string,
  at: Date,
): Promise<ShareCode | undefined> {
  const shareCode = await findShareCode(connection, workspace.id, code)
  const campaign = referralCampaigns(workspace).find(({ id }) => id === shareCode?.campaignId)
  return campaign && isLive(campaign, at) ? shareCode : undefined
}

/** `unknown-code`: of no live campaign. `own-referral`: the code is the friend's own, or closes a circle (E80). */
export type RegistrationReferralRefusal = 'unknown-code' | 'own-referral'

/**
 * Attributes somebody who registers to the advocate whose code they gave: finally, so that no link or code replaces it
 * (S30, L70, G27). One who was brought at a registration before, or has converted, stays whose friend they are.
 *
 * Takes the advocate's row lock; runs in the transaction that registers. Changes nothing where it refuses.
 */
export async function attributeAtRegistration(
  connection: Connection,
  workspace: Workspace,
  { friendId, code, at }: { readonly friendId: string; readonly code: string; readonly at: Date },
): Promise<RegistrationReferralRefusal | undefined> {
  const shareCode = await findLiveShareCode(connection, workspace, code, at)
  const advocateId = shareCode && (await lockSurvivor(connection, workspace.id, shareCode.profileId))
  if (!shareCode || advocateId === undefined) return 'unknown-code'
  if (await isOwnReferral(connection, workspace.id, friendId, advocateId, [])) return 'own-referral'
  await connection.query({
    name: 'attribute-at-registration',
    text: statement,
    values: [workspace.id, friendId, shareCode.campaignId, advocateId, shareCode.number, at],
  })
  return undefined
}

const statement = `
insert into attributions as a (
  workspace_id, friend_id, campaign_id, advocate_id, share_code_number, final, attributed_at
)
values ($1, $2, $3, $4, $5, true, $6)
on conflict (workspace_id, friend_id, campaign_id) where not is_aside do update set
  advocate_id = excluded.advocate_id, share_code_number = excluded.share_code_number, share_number = null,
  binding_id = null, event_number = null, final = true, attributed_at = excluded.attributed_at
where not a.final and a.converted_at is null`
