import type { FastifyRequest } from 'fastify'
import { retried } from '../../../core/identity/retried.ts'
import type { JsonObject } from '../../../core/profiles/json-object.ts'
import { codeOfCampaign } from '../../../core/referral/code-of-campaign.ts'
import { insertShare } from '../../../core/referral/shares.ts'
import { lookUp } from '../../../core/texts/fill-template.ts'
import { campaignOf } from '../campaign-id.ts'
import type { ExtoleDependencies } from '../extole-api.ts'
import { settleCaller } from '../settle-caller.ts'

/** An event named `share` makes a share as well; it sends no mail (E89). Without a live campaign it makes none. */
export async function recordShareEvent(
  request: FastifyRequest,
  { database, clock }: ExtoleDependencies,
  data: JsonObject,
): Promise<void> {
  const { workspace } = request
  const campaign = campaignOf(workspace, { labels: textAt(data, 'labels') }, clock.now())
  if (!campaign) return
  await retried(() =>
    database.transaction(workspace.id, async (connection) => {
      const { profileId, bindingId } = await settleCaller(connection, request)
      const shareCode = await codeOfCampaign(connection, workspace.id, { profileId, bindingId }, campaign)
      const share = {
        profileId,
        bindingId,
        campaignId: campaign.id,
        shareCodeNumber: shareCode.number,
        channel: textAt(data, 'share.channel') ?? 'CUSTOM',
        subject: textAt(data, 'share.subject'),
        message: textAt(data, 'share.message'),
        partnerShareId: textAt(data, 'partner_share_id'),
      }
      await insertShare(connection, workspace.id, share, textAt(data, 'share.recipient'))
    }),
  )
}

function textAt(data: JsonObject, path: string): string | undefined {
  const value = lookUp(data, path)
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}
