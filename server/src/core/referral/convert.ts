import type { Connection } from '../../platform/postgres/database.ts'
import type { StoredEvent } from '../events/event.ts'
import { matchesConditions } from '../events/match-conditions.ts'
import type { Ledger } from '../points/ledger.ts'
import { lockSurvivor } from '../profiles/lock-survivor.ts'
import { grantReward } from '../rewards/grant-reward.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { isOwnReferral } from './own-referral.ts'
import { isLive, type ReferralCampaign } from './referral-campaign.ts'

/** Whether an event is one that a campaign converts by, whoever sent it (E78). */
export function isConversion(campaign: ReferralCampaign, event: StoredEvent): boolean {
  return (
    event.name === campaign.conversion.event &&
    event.byKnown &&
    isLive(campaign, event.countedAt) &&
    matchesConditions(campaign.conversion.where, event.data)
  )
}

/**
 * Converts a friend who was attributed and has not converted yet: both rewards and the mark that it is done are
 * one transaction, the caller's, so it happens once (E78, E79). A reward that cannot be granted is left out, the
 * other one is granted (E81, E82).
 */
export async function convert(
  connection: Connection,
  workspace: Workspace,
  ledger: Ledger,
  campaign: ReferralCampaign,
  event: StoredEvent,
  friendId: string,
): Promise<void> {
  const attribution = await lockAttribution(connection, workspace.id, friendId, campaign.id)
  if (!attribution) return
  const advocateId = await lockSurvivor(connection, workspace.id, attribution.advocate_id)
  if (advocateId === undefined) return
  const bindings = [event.bindingId, attribution.binding_id]
  if (await isOwnReferral(connection, workspace.id, friendId, advocateId, bindings)) return
  await connection.query({
    name: 'convert',
    text: `update attributions set converted_at = clock_timestamp(), conversion_event_number = $4
           where workspace_id = $1 and friend_id = $2 and campaign_id = $3 and not is_aside`,
    values: [workspace.id, friendId, campaign.id, event.number],
  })
  const cause = { eventNumber: event.number, eventReference: event.reference }
  if (campaign.friendReward !== undefined) {
    await grantReward(connection, workspace, ledger, {
      rewardId: campaign.friendReward,
      profileId: friendId,
      campaignId: campaign.id,
      role: 'friend',
      cause: { ...cause, bindingId: event.bindingId },
    })
  }
  if (campaign.advocateReward !== undefined) {
    await grantReward(connection, workspace, ledger, {
      rewardId: campaign.advocateReward,
      profileId: advocateId,
      campaignId: campaign.id,
      role: 'advocate',
      cause,
      ...(campaign.maxRewardsPerAdvocate !== undefined && { mostPerRole: campaign.maxRewardsPerAdvocate }),
    })
  }
}

async function lockAttribution(
  connection: Connection,
  workspaceId: number,
  friendId: string,
  campaignId: string,
): Promise<{ readonly advocate_id: string; readonly binding_id: string | null } | undefined> {
  const { rows } = await connection.query<{ advocate_id: string; binding_id: string | null }>({
    name: 'lock-attribution',
    text: `select advocate_id, binding_id from attributions
           where workspace_id = $1 and friend_id = $2 and campaign_id = $3 and not is_aside and converted_at is null
           for update`,
    values: [workspaceId, friendId, campaignId],
  })
  return rows[0]
}
