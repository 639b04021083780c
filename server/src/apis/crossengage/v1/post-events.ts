import type { RouteHandlerMethod } from 'fastify'
import { sendEmpty } from '../answer.ts'
import type { CrossengageDependencies } from '../crossengage-api.ts'
import { readObject } from '../read-body.ts'
import { EventRequest } from '../schemas/event-request.ts'
import { RefusedField } from '../schemas/results-v1.ts'
import { emptyAnswer, type RouteDocument } from '../schemas/route-document.ts'
import { refuseField, refuseRequest } from './answer-v1.ts'
import { readEvents } from './read-events.ts'

export const postEventsDocument: RouteDocument = {
  summary: 'Record up to 50 events of one user',
  description:
    'Nobody has to be there yet. The first fault is answered, and then nothing is stored (C64–C66).',
  body: EventRequest,
  response: { 202: emptyAnswer('The events are durable.'), 400: RefusedField },
}

/** `POST /events`: what a user did, told by a back end; `202` when it is durable (C64–C66). */
export function postEvents({ directory, ingest }: CrossengageDependencies): RouteHandlerMethod {
  return async (request, reply) => {
    const body = readObject(request)
    if (body.error) return refuseRequest(request, reply, body.error)
    const receivedAt = new Date().toISOString()
    let read = readEvents(body.object, request.workspace, receivedAt)
    if (read.error?.type === 'UNKNOWN_VALUE' || read.error?.field === 'businessUnit') {
      // Another process may have learnt of the event type, or of the business unit, a moment ago.
      read = readEvents(body.object, await directory.fresh(request.workspace), receivedAt)
    }
    if (read.error) return refuseField(reply, read.error)
    await ingest.accept(request.workspace, read.operations)
    return sendEmpty(reply, 202)
  }
}
