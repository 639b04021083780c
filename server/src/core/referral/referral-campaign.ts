import type { Campaign } from '../workspaces/file/sections/campaigns.ts'
import type { Workspace } from '../workspaces/workspace.ts'

export type ReferralCampaign = Extract<Campaign, { type: 'referral' }>

/** All referral campaigns, in workspace order. */
export function referralCampaigns({ settings }: Workspace): readonly ReferralCampaign[] {
  return settings.campaigns.filter((campaign) => campaign.type === 'referral')
}

/** Whether a campaign runs at a time: paused, ended and draft ones do nothing (E83). */
export function isLive(campaign: Pick<Campaign, 'status' | 'start' | 'end'>, at: Date): boolean {
  if (campaign.status !== 'live') return false
  if (campaign.start !== undefined && at < new Date(campaign.start)) return false
  return campaign.end === undefined || at < new Date(campaign.end)
}

/** The first live one in workspace order. */
function defaultReferralCampaign(workspace: Workspace, at: Date): ReferralCampaign | undefined {
  return referralCampaigns(workspace).find((campaign) => isLive(campaign, at))
}

/**
 * The live campaign that a label selects, by its label or its id; for a label that names no live one, and without
 * a label, the default one (extole 9). Undefined where no referral campaign is live.
 */
export function selectReferralCampaign(
  workspace: Workspace,
  label: string | undefined,
  at: Date,
): ReferralCampaign | undefined {
  const named = referralCampaigns(workspace).find(
    (campaign) => (campaign.label === label || campaign.id === label) && isLive(campaign, at),
  )
  return named ?? defaultReferralCampaign(workspace, at)
}
