import type { FastifyReply, FastifyRequest } from 'fastify'
import { nameInPath } from '../events/event-routes.ts'
import { readFlat, readQuery, readWebPost, readWrapped, type SentEvent } from '../events/read-sent-event.ts'
import { sendEvent } from '../events/send-event.ts'
import type { ExtoleDependencies, ExtoleRoutes } from '../extole-api.ts'
import { fillZone, findZone } from './fill-zone.ts'

/** Zones: creatives filled in for the caller; asking for one is an event as well (E97–E102). */
export const zoneRoutes: ExtoleRoutes = (scope, dependencies) => {
  const api = {
    config: { bodies: 'form' },
    schema: { summary: 'A creative', tags: ['Zones'] } as object,
  } as const
  scope.post('/v6/zones', api, async (request, reply) =>
    answerApi(request, reply, dependencies, readWrapped(request, 'zone')),
  )
  scope.post('/v6/zones/:name', api, async (request, reply) =>
    answerApi(request, reply, dependencies, readFlat(request.input, 'zone', nameInPath(request))),
  )

  const web = {
    config: { access: 'web', webErrors: 'zone', bodies: 'beacon' },
    schema: { summary: 'A creative for a page', tags: ['Web'] } as object,
  } as const
  scope.post('/zones', web, async (request, reply) =>
    answerWeb(request, reply, dependencies, readWebPost(request, 'zone')),
  )
  scope.post('/zones/:name', web, async (request, reply) =>
    answerWeb(request, reply, dependencies, readWebPost(request, 'zone', nameInPath(request))),
  )
  scope.get('/zones', web, async (request, reply) =>
    answerWeb(request, reply, dependencies, readQuery(request, 'zone')),
  )
  scope.get('/zones/:name', web, async (request, reply) =>
    answerWeb(request, reply, dependencies, readQuery(request, 'zone', nameInPath(request))),
  )
}

/** `GET /zone…` stands at the root alone (E2). */
export const zoneRootRoutes: ExtoleRoutes = (scope, dependencies) => {
  const web = {
    config: { access: 'web', webErrors: 'zone' },
    schema: { summary: 'A creative for a page', tags: ['Web'] } as object,
  } as const
  scope.get('/zone', web, async (request, reply) =>
    answerWeb(request, reply, dependencies, readQuery(request, 'zone')),
  )
  scope.get('/zone/:name', web, async (request, reply) =>
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
