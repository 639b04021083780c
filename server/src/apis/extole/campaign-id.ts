import type { ReferralCampaign } from '../../core/referral/referral-campaign.ts'
import { isLive, referralCampaigns, selectReferralCampaign } from '../../core/referral/referral-campaign.ts'
import { derivedNumber } from '../../core/workspaces/derived-number.ts'
import type { Workspace } from '../../core/workspaces/workspace.ts'

/** A campaign's id on this wire (S8, E9). */
export function campaignNumber(workspace: Workspace, slug: string): string {
  return derivedNumber(workspace, `campaign ${slug}`)
}

/** The live referral campaign that a request names by id or slug, or by labels; else the default one (extole 9). */
export function campaignOf(
  workspace: Workspace,
  named: { readonly id?: string | undefined; readonly labels?: string | undefined },
  now: Date,
): ReferralCampaign | undefined {
  const byId = referralCampaigns(workspace).find(
    ({ id }) => named.id !== undefined && (id === named.id || campaignNumber(workspace, id) === named.id),
  )
  if (byId && isLive(byId, now)) return byId
  for (const label of (named.labels ?? '').split(',').map((part) => part.trim())) {
    const selected = selectReferralCampaign(workspace, label, now)
    if (selected && (selected.label === label || selected.id === label)) return selected
  }
  return selectReferralCampaign(workspace, undefined, now)
}
