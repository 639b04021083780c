import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { isLive, referralCampaigns } from '../../../core/referral/referral-campaign.ts'
import { findShareCode } from '../../../core/referral/share-codes.ts'
import { allocateConsumer, type Consumer, findConsumer, writeToken } from '../consumer.ts'
import { ExtoleError } from '../errors.ts'
import type { ExtoleRoutes } from '../extole-api.ts'
import { queryText } from '../find-token.ts'
import { document } from '../schemas/route-document.ts'
import { isId } from '../unique-id.ts'

/** What somebody's click on a share link is kept as. */
const clickEvent = 'share_link_clicked'
/** The query parameter by which links in share mails tell the share. */
export const shareParameter = 'share_id'

/** First segments of rows of their own (S1): what is unknown there is no code that nobody has. */
const ownedSegments =
  `healthz|readyz|metrics|docs|manage|console|assets|favicon.ico|robots.txt|webservice|rest-api|
users|leads|v1|v2|v3|v4|v5|v6|user|reward|program|wallet|preload|error|error.html|client|entrypoints|server|sdk|sdk.js|
scripts|sse|ack-nudge|segment|integrations|play|web`
    .replaceAll('\n', '')
    .replaceAll('.', '\\.')

/** Share links (E73–E75). Any other route of the origin goes before a code. */
export const linkRoutes: ExtoleRoutes = (scope, dependencies, limits) => {
  const { database, clock, events } = dependencies

  async function findTarget(request: FastifyRequest) {
    const { code } = request.params as { code: string }
    const { workspace } = request
    const shareCode = await database.inWorkspace(workspace.id, (connection) =>
      findShareCode(connection, workspace.id, code),
    )
    const campaign = referralCampaigns(workspace).find(({ id }) => id === shareCode?.campaignId)
    if (!shareCode || !campaign)
      throw new ExtoleError('shareable_not_found', { code: code.slice(0, 100) }, 404)
    return { shareCode, campaign, location: landingOf(campaign.landingUrl, shareCode.code, request) }
  }

  /** The device that follows the link, new or known by its cookie (E18–E20). */
  async function visitorOf(request: FastifyRequest, reply: FastifyReply): Promise<Consumer> {
    const found = await findConsumer(dependencies, request, { cookies: true, body: false })
    if ('consumer' in found && found.workspace.id === request.workspace.id) {
      request.caller = found.consumer
      await limits.byCaller(request, reply)
      return found.consumer
    }
    request.caller = await allocateConsumer(dependencies, request, reply, limits)
    return request.caller
  }

  scope.get(
    `/:code(^(?!(?:${ownedSegments})$).+$)`,
    {
      config: { access: 'open', sharedPath: true },
      schema: document({
        group: 'Web',
        summary: 'Follow a share link',
        status: 302,
        answer: Type.Null({
          description: 'To the landing page of the campaign; sets the cookies of the device.',
        }),
      }),
    },
    async (request, reply) => {
      const { shareCode, campaign, location } = await findTarget(request)
      if (request.method === 'HEAD' || isPrefetch(request)) return reply.redirect(location, 302)
      const visitor = await visitorOf(request, reply)
      writeToken(reply, visitor, clock.now())
      if (isLive(campaign, clock.now())) {
        const now = clock.now().toISOString()
        const share = queryText(request, shareParameter)
        await events.append(request.workspace.id, {
          profile: visitor.standing.profileId,
          binding: visitor.standing.bindingId,
          name: clickEvent,
          occurred_at: now,
          received_at: now,
          source: 'public',
          data: { code: shareCode.code },
          arrival: {
            shareCode: shareCode.code,
            ...(share !== undefined && isId(share) && { shareNumber: share }),
          },
        })
      }
      return reply.redirect(location, 302)
    },
  )
}

/** Parameters of the request go along, except those that are secrets (E73). */
function landingOf(landingUrl: string, code: string, request: FastifyRequest): string {
  const target = new URL(landingUrl.replaceAll('{code}', encodeURIComponent(code)))
  const query = request.url.indexOf('?')
  const search = query === -1 ? '' : request.url.slice(query)
  for (const [name, value] of new URLSearchParams(search)) {
    if (!secretParameters.has(name)) target.searchParams.append(name, value)
  }
  return target.href
}

const secretParameters: ReadonlySet<string> = new Set(['access_token', 'jwt', 'id_token'])

/** A page that is fetched before anybody asked for it leaves no trace (E74). */
function isPrefetch(request: FastifyRequest): boolean {
  const { purpose, 'sec-purpose': secPurpose } = request.headers
  return [purpose, secPurpose].flat().some((value) => value?.toLowerCase().includes('prefetch'))
}
