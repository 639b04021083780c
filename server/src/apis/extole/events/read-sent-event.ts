import type { FastifyRequest } from 'fastify'
import { isJsonObject, type JsonObject } from '../../../core/profiles/json-object.ts'
import { isLongerThan } from '../../../core/profiles/text.ts'
import { ExtoleError } from '../errors.ts'
import { fieldOf, objectField, textField } from '../read-field.ts'
import { storable } from '../storable-text.ts'

/** What is sent: an event, or the asking for a zone, which is one too. */
export type SentKind = 'event' | 'zone'

export interface SentEvent {
  readonly name: string
  readonly data: JsonObject
  readonly jwt: string | undefined
}

const longestName = 255

/** `{"event_name","data"?,"jwt"?,"id_token"?}`; the name may stand in the path, and in a zone's `zone_name`. */
export function readWrapped(request: FastifyRequest, kind: SentKind, nameInPath?: string): SentEvent {
  const { input } = request
  const name = nameInPath ?? textField(input, 'event_name') ?? zoneName(input, kind)
  return { name: checkedName(name, kind), data: objectField(input, 'data') ?? {}, jwt: readJwtField(input) }
}

/** The whole body is the data. */
export function readFlat(input: JsonObject, kind: SentKind, nameInPath: string): SentEvent {
  const { jwt: _jwt, id_token: _idToken, ...data } = input
  return { name: checkedName(nameInPath, kind), data, jwt: readJwtField(input) }
}

/** A web `POST` with the name in its path: the body is the data, unless it has the fields of the wrapper. */
export function readWebPost(request: FastifyRequest, kind: SentKind, nameInPath?: string): SentEvent {
  const { input } = request
  const isWrapper = isJsonObject(input.data) || Object.hasOwn(input, 'event_name')
  if (nameInPath === undefined || isWrapper) return readWrapped(request, kind, nameInPath)
  return readFlat(input, kind, nameInPath)
}

const notData: ReadonlySet<string> = new Set(['access_token', 'event_name', 'jwt', 'id_token', 'debug'])

/** A web `GET`: the query is the data. */
export function readQuery(request: FastifyRequest, kind: SentKind, nameInPath?: string): SentEvent {
  const query = storable({ ...(request.query as object) }) as JsonObject
  const name = nameInPath ?? textField(query, 'event_name') ?? zoneName(query, kind)
  const data = Object.fromEntries(
    Object.entries(query).filter(
      ([member]) => !notData.has(member) && !(kind === 'zone' && member === 'zone_name'),
    ),
  )
  return { name: checkedName(name, kind), data, jwt: readJwtField(query) }
}

function zoneName(input: JsonObject, kind: SentKind): string | undefined {
  return kind === 'zone' ? textField(input, 'zone_name') : undefined
}

/** Refuses an absent, blank, too long or unprintable name (E93, E101). */
function checkedName(name: string | undefined, kind: SentKind): string {
  if (name === undefined || name.trim() === '') throw new ExtoleError(`missing_${kind}_name`)
  if (isLongerThan(name, longestName) || /\p{Cc}/u.test(name)) {
    throw new ExtoleError(`invalid_${kind}_name`, { [`${kind}_name`]: name.slice(0, longestName) })
  }
  return name
}

function readJwtField(input: JsonObject): string | undefined {
  for (const field of ['jwt', 'id_token']) {
    const value = fieldOf(input, field)
    if (value === undefined || value === '') continue
    return textField(input, field)
  }
  return undefined
}
