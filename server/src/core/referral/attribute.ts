import type { Connection } from '../../platform/postgres/database.ts'
import type { StoredEvent } from '../events/event.ts'
import { lockSurvivor } from '../profiles/lock-survivor.ts'
import { isInAudience } from '../segments/is-in-audience.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { isOwnReferral } from './own-referral.ts'
import { isLive, referralCampaigns } from './referral-campaign.ts'
import { findShareCode } from './share-codes.ts'

/**
 * Attributes the friend to the advocate whose code the event arrived by (E76, E77). A code that is unknown, of a
 * campaign that is not live, or the friend's own changes nothing; nor does a friend who has converted.
 *
 * A campaign is offered to its audience as advocates: a code brings friends while its advocate is in it, whoever they
 * are. Who was attributed then converts, and both are rewarded, also after the advocate has left it.
 */
export async function attributeByEvent(
  connection: Connection,
  workspace: Workspace,
  event: StoredEvent,
  friendId: string,
): Promise<void> {
  if (!event.arrival) return
  const shareCode = await findShareCode(connection, workspace.id, event.arrival.shareCode)
  const campaign = referralCampaigns(workspace).find(({ id }) => id === shareCode?.campaignId)
  if (!shareCode || !campaign || !isLive(campaign, event.countedAt)) return
  const advocateId = await lockSurvivor(connection, workspace.id, shareCode.profileId)
  if (advocateId === undefined) return
  if (!(await isInAudience(connection, workspace, campaign, advocateId))) return
  if (await isOwnReferral(connection, workspace.id, friendId, advocateId, [event.bindingId])) return
  await connection.query({
    name: 'attribute',
    text: statement,
    values: [
      workspace.id,
      friendId,
      campaign.id,
      advocateId,
      shareCode.number,
      event.arrival.shareNumber ?? null,
      event.bindingId,
      event.number,
      event.receivedAt,
    ],
  })
}

/** A share counts as the way of arrival only if it is one of this code. */
const statement = `
insert into attributions as a (
  workspace_id, friend_id, campaign_id, advocate_id, share_code_number, share_number, binding_id, event_number,
  attributed_at
)
select $1, $2, $3, $4, $5,
  (select number from shares s where s.workspace_id = $1 and s.number = $6 and s.share_code_number = $5),
  $7, $8, $9
on conflict (workspace_id, friend_id, campaign_id) where not is_aside do update set
  advocate_id = excluded.advocate_id, share_code_number = excluded.share_code_number,
  share_number = excluded.share_number, binding_id = excluded.binding_id, event_number = excluded.event_number,
  attributed_at = excluded.attributed_at
where not a.final and a.converted_at is null`
