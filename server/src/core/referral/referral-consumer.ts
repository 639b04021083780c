import type { Connection } from '../../platform/postgres/database.ts'
import type { StoredEvent } from '../events/event.ts'
import type { EventConsumer } from '../events/event-consumer.ts'
import type { Ledger } from '../points/ledger.ts'
import { lockSurvivor } from '../profiles/lock-survivor.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { attributeByEvent } from './attribute.ts'
import { convert, isConversion } from './convert.ts'
import { referralCampaigns } from './referral-campaign.ts'

/**
 * What events cause in referral campaigns: arrivals attribute, conversions reward. An event that is not trusted
 * (S27), or whose person nobody knew when it came, moves nothing.
 */
export function referralConsumer(ledger: Ledger): EventConsumer {
  return {
    name: referralConsumerName,
    async handle(connection, workspace, events) {
      if (referralCampaigns(workspace).length === 0) return
      for (const event of events) await handleEvent(connection, workspace, ledger, event)
    },
  }
}

/** Under which its place among the events is kept. */
export const referralConsumerName = 'referral'

async function handleEvent(
  connection: Connection,
  workspace: Workspace,
  ledger: Ledger,
  event: StoredEvent,
): Promise<void> {
  if (!event.trusted || event.profileId === null) return
  const campaigns = referralCampaigns(workspace).filter((campaign) => isConversion(campaign, event))
  if (!event.arrival && campaigns.length === 0) return
  const friendId = await lockSurvivor(connection, workspace.id, event.profileId)
  if (friendId === undefined) return
  await attributeByEvent(connection, workspace, event, friendId)
  for (const campaign of campaigns) {
    await convert(connection, workspace, ledger, campaign, event, friendId)
  }
}
