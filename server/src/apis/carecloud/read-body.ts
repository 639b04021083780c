import type { FastifyInstance } from 'fastify'
import { isJsonObject, type JsonObject } from '../../core/profiles/json-object.ts'
import { parseJsonBody } from '../../platform/http/parse-json-body.ts'
import { badRequest } from './errors/carecloud-error.ts'

/** README 12. */
const bodyLimitBytes = 10 * 1024 * 1024

/** Bodies are taken as bytes whatever they say they are, with any method (L5). */
export function takeBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyLimitBytes }, (_request, body, done) =>
    done(null, body),
  )
  scope.addHook('onRequest', async (request) => {
    // A body that is no form is JSON; of a type that is no type at all Fastify would refuse it.
    const { headers } = request.raw
    if (!isForm(headers['content-type'])) headers['content-type'] = 'application/json'
  })
}

/**
 * The fields of a body: an empty one has none; one that starts as JSON is JSON whatever it says it is, and only then
 * a form may be one (L5). Numbers that stand for texts keep all their digits (L45). Refuses what does not parse and what
 * is no object, with an empty list (L41).
 */
export function readBody(body: unknown, contentType: string | undefined): JsonObject {
  const first = Buffer.isBuffer(body) ? body.find((byte) => !blanks.has(byte)) : undefined
  if (!Buffer.isBuffer(body) || first === undefined) return {}
  if (!startsJson.has(first) && isForm(contentType)) {
    return Object.fromEntries(new URLSearchParams(body.toString()))
  }
  const read = parseJsonBody(body, 'all')
  if (read.fault || !isJsonObject(read.value)) throw badRequest([])
  return read.value
}

function isForm(contentType: string | undefined): boolean {
  return /^\s*application\/x-www-form-urlencoded\s*(;|$)/i.test(contentType ?? '')
}

const blanks: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d])
/** What opens an object or a list, and the first byte of a byte-order mark. */
const startsJson: ReadonlySet<number> = new Set([0x7b, 0x5b, 0xef])

/** Whether there is no body, or `{}`. */
export function isEmptyBody(body: unknown): boolean {
  return !Buffer.isBuffer(body) || /^\s*(\{\s*\})?\s*$/.test(body.subarray(0, 1024).toString())
}
