import type { FastifyReply, FastifyRequest } from 'fastify'
import { callerOf } from '../consumer.ts'
import type { ExtoleDependencies, ExtoleRoutes } from '../extole-api.ts'
import { AcceptedEvent, NewData, NewEvent, namedWebQuery, WebEvent, webQuery } from '../schemas/events.ts'
import { document, type RouteDocument } from '../schemas/route-document.ts'
import { readQuery, readWebPost, readWrapped, type SentEvent } from './read-sent-event.ts'
import { sendEvent } from './send-event.ts'

/** Events (E92–E96): of apps, and of web pages. They are one kind. */
export const eventRoutes: ExtoleRoutes = (scope, dependencies) => {
  scope.post(
    '/v6/events',
    {
      config: { sendsEvent: true },
      schema: document({
        group: 'Events',
        summary: 'Send an event',
        description:
          'An e-mail or a partner_user_id in its data identifies the device, an advocate_code says who referred it.',
        body: NewEvent,
        answer: AcceptedEvent,
      }),
    },
    async (request, reply) => {
      const id = await sendEvent(request, reply, dependencies, readWrapped(request, 'event'))
      return { id, event_id: id }
    },
  )

  const web = (sent: Pick<RouteDocument, 'body' | 'query'>) =>
    ({
      config: { access: 'web', sendsEvent: true, webErrors: 'event', bodies: 'beacon' },
      schema: document({ group: 'Web', summary: 'Send an event from a page', ...sent, answer: WebEvent }),
    }) as const
  scope.post('/events', web({ body: NewEvent }), async (request, reply) =>
    answerWeb(request, reply, dependencies, readWebPost(request, 'event')),
  )
  scope.get('/events', web({ query: webQuery }), async (request, reply) =>
    answerWeb(request, reply, dependencies, readQuery(request, 'event')),
  )
  scope.post('/events/:name', web({ body: NewData }), async (request, reply) =>
    answerWeb(request, reply, dependencies, readWebPost(request, 'event', nameInPath(request))),
  )
  scope.get('/events/:name', web({ query: namedWebQuery }), async (request, reply) =>
    answerWeb(request, reply, dependencies, readQuery(request, 'event', nameInPath(request))),
  )
}

async function answerWeb(
  request: FastifyRequest,
  reply: FastifyReply,
  dependencies: ExtoleDependencies,
  sent: SentEvent,
) {
  const id = await sendEvent(request, reply, dependencies, sent)
  return { id, token: callerOf(request).token, cookie_consent: null }
}

export function nameInPath(request: FastifyRequest): string {
  return (request.params as { name: string }).name
}
