import type { FastifyReply, FastifyRequest } from 'fastify'
import { isTrusted } from '../../../core/events/event.ts'
import { retried } from '../../../core/identity/retried.ts'
import type { VerifiedJwt } from '../../../core/identity/verify-jwt.ts'
import type { JsonObject } from '../../../core/profiles/json-object.ts'
import type { Clock } from '../../../platform/clock.ts'
import { callerOf } from '../consumer.ts'
import type { ExtoleDependencies } from '../extole-api.ts'
import { adoptCaller, identifyCaller } from '../identify-caller.ts'
import { readJwt } from '../jwt.ts'
import { readDataFields, readIdentity } from '../read-identity.ts'
import { recordShareEvent } from '../shares/share-event.ts'
import { jwtHeader } from '../take-jwt-header.ts'
import type { SentEvent } from './read-sent-event.ts'

/**
 * Takes an event: what it says of its sender first, then the event itself, durably (E92, E94). The answer carries the
 * token to use from now on (E30). Nothing is recorded of one that is refused.
 *
 * @returns the event's id
 */
export async function sendEvent(
  request: FastifyRequest,
  reply: FastifyReply,
  dependencies: ExtoleDependencies,
  sent: SentEvent,
): Promise<string> {
  const { workspace } = request
  const { database, clock, events } = dependencies
  const identity = readIdentity(sent.data, { email: 'invalid_email', blankIsAbsent: true })
  const fields = readDataFields(sent.data)
  const jwt = await readJwts(request, clock, sent)
  if (jwt || Object.keys(identity).length > 0 || Object.keys(fields).length > 0) {
    const claims = { identity, fields, jwt }
    const consumer = await retried(() =>
      database.transaction(workspace.id, (connection) =>
        identifyCaller(connection, dependencies, request, claims),
      ),
    )
    adoptCaller(request, reply, dependencies, consumer)
  }
  const caller = callerOf(request)
  const shareCode = textOf(sent.data, 'advocate_code')
  const reference = textOf(sent.data, 'partner_event_id')
  const now = clock.now().toISOString()
  const number = await events.append(workspace.id, {
    profile: caller.standing.profileId,
    binding: caller.standing.bindingId,
    name: sent.name,
    occurred_at: now,
    received_at: now,
    source: 'public',
    trusted: isTrusted(workspace.settings.eventTypes, sent.name, 'public'),
    data: sent.data,
    ...(shareCode !== undefined && { arrival: { shareCode } }),
    ...(reference !== undefined && { reference }),
  })
  if (sent.name === 'share') await recordShareEvent(request, dependencies, sent.data)
  return number
}

/** The JWTs of a header and of a body are both to be good; the body's counts (E46, E48). */
async function readJwts(
  request: FastifyRequest,
  clock: Clock,
  { jwt: inBody }: SentEvent,
): Promise<VerifiedJwt | undefined> {
  const inHeader = jwtHeader(request)
  const header = inHeader === undefined ? undefined : await readJwt(request, clock, inHeader)
  return inBody === undefined ? header : await readJwt(request, clock, inBody)
}

function textOf(data: JsonObject, name: string): string | undefined {
  const value = Object.hasOwn(data, name) ? data[name] : undefined
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}
