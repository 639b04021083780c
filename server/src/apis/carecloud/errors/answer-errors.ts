import type { FastifyError, FastifyInstance } from 'fastify'
import { CoreError, type ErrorCode } from '../../../core/core-error.ts'
import { badRequest, CareCloudError } from './carecloud-error.ts'

/** What the core refuses at large; what a verb refuses of its own is said by the routes that call it. */
const coreErrors = {
  overloaded: 'service_unavailable_exception',
  'not-applied-in-time': 'service_unavailable_exception',
} as const satisfies Record<ErrorCode, string>

const retryAfterSeconds = 1

/** Every failure of the scope in the shape of L41. */
export function answerErrors(scope: FastifyInstance): void {
  scope.setErrorHandler((error: FastifyError | Error, request, reply) => {
    const answer = careCloudErrorOf(error)
    if (answer.status >= 500) request.log.error({ err: error, requestId: request.id }, 'a request failed')
    // A connection closed under a client that is still sending reaches it as a reset, and the answer never does.
    if (answer.status === 413) reply.removeHeader('connection')
    return reply
      .code(answer.status)
      .headers(answer.headers)
      .type('application/json; charset=utf-8')
      .send(JSON.stringify(answer.body))
  })
}

function careCloudErrorOf(error: FastifyError | Error): CareCloudError {
  if (error instanceof CareCloudError) return error
  if (error instanceof CoreError) {
    return new CareCloudError(coreErrors[error.code], {
      detail: 'The server is busy; repeat the request later',
      headers: { 'Retry-After': String(retryAfterSeconds) },
    })
  }
  const { statusCode } = error as FastifyError
  if (statusCode === 413) {
    return new CareCloudError('payload_too_large_exception', { detail: 'The request body is too large' })
  }
  if (statusCode !== undefined && statusCode < 500) return badRequest([])
  return new CareCloudError('internal_server_exception', { detail: 'The request failed on our side' })
}
