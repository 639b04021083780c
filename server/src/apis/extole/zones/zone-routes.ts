import type { FastifyReply, FastifyRequest } from 'fastify'
import type { TSchema } from 'typebox'
import { nameInPath } from '../events/event-routes.ts'
import { readFlat, readQuery, readWebPost, readWrapped, type SentEvent } from '../events/read-sent-event.ts'
import { sendEvent } from '../events/send-event.ts'
import type { ExtoleDependencies, ExtoleRoutes } from '../extole-api.ts'
import { FilledZone, NewData, NewZone, namedWebQuery, WebZone, webQuery } from '../schemas/events.ts'
import { document, type RouteDocument } from '../schemas/route-document.ts'
import { fillZone, findZone } from './fill-zone.ts'

/** Zones: creatives filled in for the caller; asking for one is an event as well (E97–E102). */
export const zoneRoutes: ExtoleRoutes = (scope, dependencies) => {
  const api = (body: TSchema) =>
    ({
      config: { sendsEvent: true, bodies: 'form' },
      schema: document({ group: 'Zones', summary: 'A creative', body, answer: FilledZone }),
    }) as const
  scope.post('/v6/zones', api(NewZone), async (request, reply) =>
    answerApi(request, reply, dependencies, readWrapped(request, 'zone')),
  )
  scope.post('/v6/zones/:name', api(NewData), async (request, reply) =>
    answerApi(request, reply, dependencies, readFlat(request.input, 'zone', nameInPath(request))),
  )

  const web = (sent: Pick<RouteDocument, 'body' | 'query'>) =>
    ({
      config: { access: 'web', sendsEvent: true, webErrors: 'zone', bodies: 'beacon' },
      schema: document({ group: 'Web', summary: 'A creative for a page', ...sent, answer: WebZone }),
    }) as const
  scope.post('/zones', web({ body: NewZone }), async (request, reply) =>
    answerWeb(request, reply, dependencies, readWebPost(request, 'zone')),
  )
  scope.post('/zones/:name', web({ body: NewData }), async (request, reply) =>
    answerWeb(request, reply, dependencies, readWebPost(request, 'zone', nameInPath(request))),
  )
  scope.get('/zones', web({ query: webQuery }), async (request, reply) =>
    answerWeb(request, reply, dependencies, readQuery(request, 'zone')),
  )
  scope.get('/zones/:name', web({ query: namedWebQuery }), async (request, reply) =>
    answerWeb(request, reply, dependencies, readQuery(request, 'zone', nameInPath(request))),
  )
}

/** `GET /zone…` stands at the root alone (E2). */
export const zoneRootRoutes: ExtoleRoutes = (scope, dependencies) => {
  const web = (query: RouteDocument['query'] = {}) =>
    ({
      config: { access: 'web', sendsEvent: true, webErrors: 'zone' },
      schema: document({ group: 'Web', summary: 'A creative for a page', query, answer: WebZone }),
    }) as const
  scope.get('/zone', web(webQuery), async (request, reply) =>
    answerWeb(request, reply, dependencies, readQuery(request, 'zone')),
  )
  scope.get('/zone/:name', web(namedWebQuery), async (request, reply) =>
    answerWeb(request, reply, dependencies, readQuery(request, 'zone', nameInPath(request))),
  )
}

async function answerApi(
  request: FastifyRequest,
  reply: FastifyReply,
  dependencies: ExtoleDependencies,
  sent: SentEvent,
) {
  const { eventId, data, campaignId } = await askForZone(request, reply, dependencies, sent)
  return { event_id: eventId, data, campaign_id: campaignId }
}

async function answerWeb(
  request: FastifyRequest,
  reply: FastifyReply,
  dependencies: ExtoleDependencies,
  sent: SentEvent,
) {
  const { eventId, data, campaignId } = await askForZone(request, reply, dependencies, sent)
  reply.header('X-Extole-Campaign', campaignId).header('X-Extole-Input-Event-Id', eventId)
  return data
}

async function askForZone(
  request: FastifyRequest,
  reply: FastifyReply,
  dependencies: ExtoleDependencies,
  sent: SentEvent,
): Promise<{ readonly eventId: string; readonly data: unknown; readonly campaignId: string }> {
  const found = findZone(request, sent.name, sent.data, dependencies.clock.now())
  request.campaignId = found.campaignId
  const eventId = await sendEvent(request, reply, dependencies, sent)
  const data = await fillZone(request, dependencies, found, sent.data)
  return { eventId, data, campaignId: found.campaignId }
}
