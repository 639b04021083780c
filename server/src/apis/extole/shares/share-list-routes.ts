import type { FastifyRequest } from 'fastify'
import type { TSchema } from 'typebox'
import { readPublicPeople } from '../../../core/identity/read-person.ts'
import { rightsOf } from '../../../core/identity/trust.ts'
import { readShares, type Share } from '../../../core/referral/shares.ts'
import { campaignNumber } from '../campaign-id.ts'
import { callerOf } from '../consumer.ts'
import { ExtoleError } from '../errors.ts'
import type { ExtoleDependencies, ExtoleRoutes } from '../extole-api.ts'
import { queryText } from '../find-token.ts'
import { presentPublicPerson } from '../me/present-person.ts'
import { document, type RouteDocument } from '../schemas/route-document.ts'
import { ShareObject, Shares, ShortShare, ShortShares, shareFilters } from '../schemas/shares.ts'
import { shareLink } from '../shareables/present-shareable.ts'
import { isId } from '../unique-id.ts'

const nobody = { id: '0', first_name: null, image_url: null, parameters: {} }

/** What the caller has shared (E87, E88). */
export const shareListRoutes: ExtoleRoutes = (scope, dependencies) => {
  const described = (summary: string, answer: TSchema, query: RouteDocument['query'] = {}) => ({
    schema: document({ group: 'Shares', summary, query, answer }),
  })
  const [all, one] = ["The caller's shares", "One of the caller's shares"]
  for (const path of ['/v4/me/shares', '/v4/me/shares-all']) {
    scope.get(
      path,
      described(all, Shares, shareFilters),
      async (request) => await readFull(request, dependencies, {}),
    )
  }
  scope.get('/v4/me/shares/:share_id', described(one, ShareObject), async (request) => {
    const number = shareId(request)
    const [share] = isId(number) ? await readFull(request, dependencies, { number }) : []
    if (!share) throw new ExtoleError('SHARE_NOT_FOUND', { share_id: number.slice(0, 100) })
    return share
  })
  scope.get('/v4/shares', described(all, ShortShares, shareFilters), async (request) =>
    (await readFull(request, dependencies, {})).map(shortened),
  )
  scope.get('/v4/shares/:share_id', described(one, ShortShare), async (request) => {
    const number = shareId(request)
    const [share] = isId(number) ? await readFull(request, dependencies, { number }) : []
    if (!share) throw new ExtoleError('SHARE_NOT_FOUND', { share_id: number.slice(0, 100) }, 400)
    return shortened(share)
  })
}

function shareId(request: FastifyRequest): string {
  return (request.params as { share_id: string }).share_id
}

async function readFull(
  request: FastifyRequest,
  dependencies: ExtoleDependencies,
  { number }: { readonly number?: string },
) {
  const { workspace } = request
  const { standing } = callerOf(request)
  const [, name = '', value = ''] = /^([^:]*):(.*)$/s.exec(queryText(request, 'partner_id') ?? '') ?? []
  return await dependencies.database.inWorkspace(workspace.id, async (connection) => {
    const shares = await readShares(connection, workspace.id, {
      profileId: standing.profileId,
      bindingId: rightsOf(standing).readShares === 'own' ? standing.bindingId : undefined,
      number,
      partnerShareId: queryText(request, 'partner_share_id'),
      dataMember: name === '' ? undefined : { name, value },
    })
    const numbers = shares.flatMap(({ friendNumber }) => friendNumber ?? [])
    const people = await readPublicPeople(connection, workspace, numbers)
    return shares.map((share) => {
      const friend = people.get(share.friendNumber ?? '')
      return presentShare(request, dependencies, share, friend ? presentPublicPerson(friend) : nobody)
    })
  })
}

function presentShare(
  { workspace }: FastifyRequest,
  dependencies: ExtoleDependencies,
  share: Share,
  friend: ReturnType<typeof presentPublicPerson>,
) {
  return {
    id: share.number,
    share_id: share.number,
    campaign_id: campaignNumber(workspace, share.campaignId),
    channel: share.channel,
    share_date: share.sharedAt.toISOString(),
    link: shareLink(dependencies, workspace, share.code),
    partner_id: share.partnerShareId,
    data: share.data,
    shareable_id: share.shareCodeNumber,
    message: share.message,
    recipients: share.recipient === null ? [] : [share.recipient],
    recipient_email: share.recipient ?? '',
    friend,
    subject: share.subject,
  }
}

function shortened(share: ReturnType<typeof presentShare>) {
  const { id, share_id, campaign_id, channel, share_date, link, partner_id, shareable_id } = share
  return { id, share_id, campaign_id, channel, share_date, link, partner_id, shareable_id }
}
