import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { CoreError, type ErrorCode as CoreErrorCode } from '../../core/core-error.ts'
import { type ErrorObject, ExtoleError, presentError } from './errors.ts'
import { bodyLimitBytes } from './read-input.ts'
import { uniqueId } from './unique-id.ts'

/** Each of them says: later. */
const coreErrors = {
  overloaded: 'software_error',
  'not-applied-in-time': 'software_error',
} as const satisfies Record<CoreErrorCode, string>
const retryAfterSeconds = 1

/** Every failure of the scope in the shape of E116, or on web routes as E103 says. */
export function answerErrors(scope: FastifyInstance): void {
  scope.setErrorHandler((error: FastifyError | Error, request, reply) => {
    if (error instanceof CoreError) reply.header('Retry-After', retryAfterSeconds)
    return sendError(request, reply, extoleErrorOf(error, request))
  })
}

function extoleErrorOf(error: FastifyError | Error, request: FastifyRequest): ExtoleError {
  if (error instanceof ExtoleError) return error
  if (error instanceof CoreError) return new ExtoleError(coreErrors[error.code], {}, 503)
  const { code, statusCode } = error as FastifyError
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new ExtoleError('request_body_size_too_large', {
      body_size: request.headers['content-length'] ?? '',
      max_allowed_body_size: String(bodyLimitBytes),
    })
  }
  if (statusCode === 415) return new ExtoleError('unsupported_media_type')
  if (statusCode !== undefined && statusCode < 500) return new ExtoleError('unexpected_request')
  request.log.error({ err: error, uniqueId: request.uniqueId }, 'a request failed')
  return new ExtoleError('software_error')
}

/** Errors that keep their status on web routes too (E103). */
const keptStatuses: ReadonlySet<number> = new Set([429, 500, 503])

export function sendError(request: FastifyRequest, reply: FastifyReply, error: ExtoleError): FastifyReply {
  const { uniqueId } = request
  request.log.info({ uniqueId, code: error.code }, 'a request was refused')
  const object = presentError(error, uniqueId)
  const { webErrors } = request.routeOptions.config
  // A connection closed under a client that is still sending reaches it as a reset, and the answer never does.
  if (error.code === 'request_body_size_too_large') reply.removeHeader('connection')
  if (webErrors === undefined || keptStatuses.has(error.status)) {
    return reply.code(error.status).type(jsonType).send(JSON.stringify(object))
  }
  reply.header('X-Extole-Error', asciiJson(object)).header('X-Extole-Error-Message', error.code)
  if (webErrors === 'zone') return reply.code(200).send()
  const token = request.caller?.token ?? null
  return reply
    .code(200)
    .type(jsonType)
    .send(JSON.stringify({ id: null, token, cookie_consent: null }))
}

/** The `error` of a status answer (E114): like any other it has an id of its own, which the log has too (E116). */
export function tellRefusal(request: FastifyRequest, error: ExtoleError): ErrorObject {
  const id = uniqueId()
  request.log.info({ uniqueId: id, code: error.code }, 'a status told a refusal')
  return presentError(error, id)
}

const jsonType = 'application/json; charset=utf-8'

/** JSON of ASCII alone, as a header can hold it. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
