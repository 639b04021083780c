import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { CoreError, type ErrorCode } from '../../core/core-error.ts'
import { sendEmpty, sendJson } from './answer.ts'
import { answerFailure } from './answer-failure.ts'
import { bodyLimitBytes } from './body-limit.ts'
import { messageV1 } from './errors-v1.ts'
import { bodyTooLarge, invalidJson } from './request-errors-v2.ts'
import { versionOf } from './request-head.ts'

/** Each of them says: later. */
const statuses = { overloaded: 503, 'not-applied-in-time': 503 } as const satisfies Record<ErrorCode, 503>
const retryAfterSeconds = 1

/** Answers of a request as a whole that no route gave (2.4): JSON or empty, never anything else. */
export function answerErrors(scope: FastifyInstance, prefix: string): void {
  // Below /events only what carries our headers is ours, and the routes say so themselves.
  if (prefix !== '/events') scope.setNotFoundHandler((_request, reply) => sendEmpty(reply, 404))

  scope.setErrorHandler((error: FastifyError, request, reply) => {
    if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return tooLarge(request, reply)
    if (error.statusCode !== undefined && error.statusCode < 500) return unreadable(request, reply)
    if (error instanceof CoreError) {
      reply.header('Retry-After', retryAfterSeconds)
      return answerFailure(request, reply, statuses[error.code])
    }
    request.log.error({ err: error, requestId: request.id }, 'a request failed')
    return answerFailure(request, reply, 500)
  })
}

function tooLarge(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  // A connection closed under a client that is still sending reaches it as a reset, and the answer never does.
  reply.removeHeader('connection')
  const error = bodyTooLarge(bodyLimitBytes)
  return versionOf(request.raw) === '1'
    ? sendJson(reply, 413, messageV1(request.id, error.details))
    : sendJson(reply, 413, { errors: [error] })
}

/** The body ended early, or was not as long as it said. */
function unreadable(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = invalidJson()
  return versionOf(request.raw) === '1'
    ? sendJson(reply, 400, messageV1(request.id, error.details))
    : sendJson(reply, 400, { errors: [error] })
}
