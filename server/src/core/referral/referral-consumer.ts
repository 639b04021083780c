import type { Connection } from '../../platform/postgres/database.ts'
import type { StoredEvent } from '../events/event.ts'
import type { EventConsumer } from '../events/event-consumer.ts'
import { lockSurvivor } from '../profiles/lock-survivor.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { attributeByEvent } from './attribute.ts'
import { convert, isConversion } from './convert.ts'
import { referralCampaigns } from './referral-campaign.ts'

/**
 * What events cause in referral campaigns: arrivals attribute, conversions reward. An event that is not trusted
 * (S27), or whose person nobody knew when it came, moves nothing.
 */
export const referralConsumer: EventConsumer = {
  name: 'referral',
  async handle(connection, workspace, events) {
    if (referralCampaigns(workspace).length === 0) return
    for (const event of events) await handleEvent(connection, workspace, event)
  },
}

async function handleEvent(connection: Connection, workspace: Workspace, event: StoredEvent): Promise<void> {
  if (!event.trusted || event.profileId === null) return
  const campaigns = referralCampaigns(workspace).filter((campaign) => isConversion(campaign, event))
  if (!event.arrival && campaigns.length === 0) return
  const friendId = await lockSurvivor(connection, workspace.id, event.profileId)
  if (friendId === undefined) return
  await attributeByEvent(connection, workspace, event, friendId)
  for (const campaign of campaigns) await convert(connection, workspace, campaign, event, friendId)
}
