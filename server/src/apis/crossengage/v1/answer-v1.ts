import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendJson } from '../answer.ts'
import type { ErrorV2 } from '../error-v2.ts'
import { type ErrorV1, messageV1 } from '../errors-v1.ts'

/** Refuses a request as a whole, in the words that v2 has for it (8.1). */
export function refuseRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  { details }: Pick<ErrorV2, 'details'>,
): FastifyReply {
  return sendJson(reply, 400, messageV1(request.id, details))
}

/** Refuses an event or a status for one field (8.1). */
export function refuseField(reply: FastifyReply, { field, type }: ErrorV1): FastifyReply {
  return sendJson(reply, 400, { field, type })
}
