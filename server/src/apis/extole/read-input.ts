import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isJsonObject, type JsonObject } from '../../core/profiles/json-object.ts'
import { parseJsonBody } from '../../platform/http/parse-json-body.ts'
import { ExtoleError } from './errors.ts'
import { storable } from './storable-text.ts'

/** E116, and README 12. */
export const bodyLimitBytes = 256 * 1024

/**
 * Bodies are taken as bytes whatever they say they are, and read by what the route takes (E5, E6). Paths and queries hold
 * no text that cannot be stored either.
 */
export function readInputs(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyLimitBytes }, (_request, body, done) =>
    done(null, body),
  )
  scope.addHook('onRequest', async (request) => {
    if (request.url.includes('%00')) {
      request.params = storable(request.params)
      request.query = storable(request.query)
    }
    // A body without a type is JSON. One whose type is none is the route's to refuse, or to leave unread.
    const { headers } = request.raw
    const type = headers['content-type']?.trim() ?? ''
    if (type === '') headers['content-type'] = 'application/json'
    else if (!/^[^\s/;]+\/[^\s/;]+\s*(;|$)/.test(type)) headers['content-type'] = 'application/octet-stream'
  })
  scope.addHook('preValidation', async (request) => {
    const { body } = request
    if (!Buffer.isBuffer(body) || body.length === 0) return
    request.hasInput = true
    request.input = storable(await readBody(request, body)) as JsonObject
  })
}

async function readBody(request: FastifyRequest, body: Buffer): Promise<JsonObject> {
  const { bodies, access } = request.routeOptions.config
  const header = request.headers['content-type'] ?? ''
  const type = (header.split(';')[0] ?? '').trim().toLowerCase()
  // What is not read cannot be of a wrong kind.
  if (access === 'free') return {}
  if (isJson(type)) return readJson(body)
  if (bodies && type === 'application/x-www-form-urlencoded')
    return readForm(new URLSearchParams(body.toString()))
  if (bodies === 'beacon' && type === 'text/plain') return readJson(body)
  if (bodies === 'beacon' && type === 'multipart/form-data') return await readMultipart(body, header)
  throw new ExtoleError('unsupported_media_type')
}

function isJson(type: string): boolean {
  return type === 'application/json' || /^application\/([\w.-]+\+)?json$/.test(type) || type === 'text/json'
}

function readJson(body: Buffer): JsonObject {
  // By a rounded number somebody else would be named (S10).
  const read = parseJsonBody(body, (name) => name === 'partner_user_id')
  if (read.fault || !isJsonObject(read.value)) throw new ExtoleError('invalid_json', { location: 'body' })
  return read.value
}

/** `parameters[name]` is a member of the map `parameters`; of a field given twice the last counts. */
function readForm(fields: Iterable<readonly [string, string]>): JsonObject {
  const plain: [string, unknown][] = []
  const maps = new Map<string, [string, string][]>()
  for (const [name, value] of fields) {
    const [, map, member] = /^([^[\]]+)\[([^[\]]*)\]$/.exec(name) ?? []
    if (map === undefined || member === undefined) plain.push([name, value])
    else maps.set(map, [...(maps.get(map) ?? []), [member, value]])
  }
  return Object.fromEntries([
    ...plain,
    ...[...maps].map(([name, members]) => [name, Object.fromEntries(members)] as const),
  ])
}

async function readMultipart(body: Buffer, type: string): Promise<JsonObject> {
  try {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()
    const fields: [string, string][] = []
    form.forEach((value, name) => {
      if (typeof value === 'string') fields.push([name, value])
    })
    return readForm(fields)
  } catch {
    throw new ExtoleError('invalid_json', { location: 'body' })
  }
}
