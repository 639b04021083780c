import type { FastifyRequest } from 'fastify'
import { isJsonObject, type JsonObject } from '../../core/profiles/json-object.ts'
import { parseJsonBody } from '../../platform/http/parse-json-body.ts'
import type { ErrorV2 } from './error-v2.ts'
import { bodyNotObject, invalidJson } from './request-errors-v2.ts'

const empty = Buffer.alloc(0)

/** The request's bytes; empty where it has no body. */
export function bodyBytes(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : empty
}

/**
 * The body as a JSON object, or why it is none (codes 1 and 2).
 *
 * @param keepsDigits see `parseJsonBody`
 */
export function readObject(
  request: FastifyRequest,
  keepsDigits?: (name: string) => boolean,
): { readonly object: JsonObject; readonly error?: never } | { readonly error: ErrorV2 } {
  const body = parseJsonBody(bodyBytes(request), keepsDigits)
  if (body.fault) return { error: invalidJson() }
  return isJsonObject(body.value) ? { object: body.value } : { error: bodyNotObject() }
}
