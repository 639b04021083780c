import type { Connection } from '../../platform/postgres/database.ts'
import type { ReferralCampaign } from './referral-campaign.ts'
import { makeShareCode, readShareCodes, type ShareCode } from './share-codes.ts'

/** A profile's code of a campaign; made where there is none (E85, E100). */
export async function codeOfCampaign(
  connection: Connection,
  workspaceId: number,
  owner: { readonly profileId: string; readonly bindingId: string },
  campaign: ReferralCampaign,
  preferred: readonly string[] = [],
): Promise<ShareCode> {
  const { profileId } = owner
  const [known] = await readShareCodes(connection, workspaceId, { profileId, campaignId: campaign.id })
  if (known) return known
  const wanted = { ...owner, campaignId: campaign.id, label: campaign.label, key: campaign.label }
  const made = await makeShareCode(connection, workspaceId, wanted, preferred)
  if (made.shareCode.campaignId === campaign.id) return made.shareCode
  // The key belongs to a code of another campaign: the id is another name of this one.
  return (
    await makeShareCode(connection, workspaceId, { ...wanted, key: `${campaign.id}/${campaign.label}` })
  ).shareCode
}
