import type { FastifyRequest } from 'fastify'
import { rightsOf } from '../../../core/identity/trust.ts'
import { type ReferralCampaign, selectReferralCampaign } from '../../../core/referral/referral-campaign.ts'
import {
  changeShareCode,
  findShareCode,
  makeShareCode,
  type NewShareCode,
  readShareCodes,
  type ShareCode,
} from '../../../core/referral/share-codes.ts'
import type { Connection } from '../../../platform/postgres/database.ts'
import { callerOf } from '../consumer.ts'
import { ExtoleError } from '../errors.ts'
import { queryText } from '../find-token.ts'
import type { ShareableInput } from './read-shareable.ts'

/** The live campaign that a label selects; refuses where none is live (E69). */
function rewardableCampaign(request: FastifyRequest, label: string | undefined, now: Date): ReferralCampaign {
  const campaign = selectReferralCampaign(request.workspace, label, now)
  if (campaign) return campaign
  throw new ExtoleError('person_not_rewardable', { person_id: callerOf(request).standing.profileNumber })
}

/** A shareable of the caller as the input wants it, with what it leaves open. */
export function wantedShareCode(request: FastifyRequest, input: ShareableInput, now: Date): NewShareCode {
  const campaign = rewardableCampaign(request, input.label, now)
  const { profileId, bindingId } = callerOf(request).standing
  const label = input.label ?? campaign.label
  return {
    profileId,
    bindingId,
    campaignId: campaign.id,
    label,
    key: input.key ?? label,
    content: input.content ?? null,
    data: input.data ?? {},
    ...(input.targetUrl !== undefined && { targetUrl: input.targetUrl }),
  }
}

/** Makes the caller's shareable, or gives the one of this key (E65–E68). */
export async function makeOwn(
  connection: Connection,
  request: FastifyRequest,
  input: ShareableInput,
  now: Date,
): Promise<{ readonly shareCode: ShareCode; readonly existing: boolean }> {
  const wanted = wantedShareCode(request, input, now)
  return await makeShareCode(connection, request.workspace.id, wanted, input.preferred)
}

/** The caller's shareables, which every token of the profile may list: codes are public. */
export async function listOwn(
  connection: Connection,
  request: FastifyRequest,
): Promise<readonly ShareCode[]> {
  const key = queryText(request, 'key')
  const label = queryText(request, 'label')
  return await readShareCodes(connection, request.workspace.id, {
    profileId: callerOf(request).standing.profileId,
    ...(key !== undefined && { key }),
    ...(label !== undefined && { label }),
  })
}

/** One of the caller's by its code; anybody else's is not found. */
export async function findOwn(
  connection: Connection,
  request: FastifyRequest,
  code: string,
): Promise<ShareCode> {
  const found = await findShareCode(connection, request.workspace.id, code)
  if (found && found.profileId === callerOf(request).standing.profileId) return found
  throw new ExtoleError('shareable_not_found', { code: code.slice(0, 100) })
}

export function keyTaken(key: string | undefined): ExtoleError {
  return new ExtoleError('shareable_key_taken', { key: key ?? '' })
}

/** Changes what the input says, where the caller's trust lets it (extole 3). */
export async function changeOwn(
  connection: Connection,
  request: FastifyRequest,
  shareCode: ShareCode,
  input: ShareableInput,
  now: Date,
): Promise<ShareCode | 'key-taken'> {
  const { standing } = callerOf(request)
  const isOwn = shareCode.bindingId === standing.bindingId
  if (rightsOf(standing).changeShareables !== 'all' && !isOwn) throw new ExtoleError('access_denied')
  const { label, key, content, data } = input
  return await changeShareCode(connection, request.workspace.id, shareCode.number, {
    ...(label !== undefined && { label, campaignId: rewardableCampaign(request, label, now).id }),
    ...(key !== undefined && { key }),
    ...(content && { content }),
    ...(data && { data }),
  })
}
