import { channels } from '../../../core/consents/channels.ts'
import type { EventOperation, Operation, StatusOperation } from '../../../core/ingest/operation.ts'
import { normaliseTimestamp } from '../../../core/profiles/datetime.ts'
import { isJsonObject, type JsonObject } from '../../../core/profiles/json-object.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'
import type { ErrorV1 } from '../errors-v1.ts'
import { readEventProperties } from './event-properties.ts'
import { readChannels, unknownChannel } from './read-channels.ts'
import { readPerson } from './read-person.ts'

const maxEvents = 50

export type ReadEvents =
  | { readonly operations: readonly Operation[]; readonly error?: never }
  | { readonly operations?: never; readonly error: ErrorV1 }

/**
 * Reads the body of `POST /events`: the operations that record its events and, for the three names that mean
 * something, change the user's state; or the first fault (C64–C66).
 *
 * @param receivedAt RFC 3339, UTC; the time of events that have none of their own
 */
export function readEvents(
  body: JsonObject,
  workspace: Pick<Workspace, 'businessUnits' | 'eventTypes'>,
  receivedAt: string,
): ReadEvents {
  const who = readPerson(body, workspace.businessUnits)
  if (who.error) return who
  const events = body.events ?? []
  if (!Array.isArray(events)) return fault('events', 'WRONG_VALUE')
  if (events.length === 0) return fault('events', 'NOT_NULL')
  if (events.length > maxEvents) return fault('events', 'WRONG_VALUE')

  const operations: Operation[] = []
  for (const sent of events) {
    if (!isJsonObject(sent)) return fault('events', 'WRONG_VALUE')
    const event = readEvent(sent, workspace.eventTypes, receivedAt)
    if (event.error) return event
    operations.push({ kind: 'event', ...who.person, ...event.recorded, received_at: receivedAt })
    if (event.change) operations.push({ kind: 'status', ...who.person, ...event.change })
  }
  return { operations }
}

type RecordedEvent = Pick<EventOperation, 'name' | 'occurred_at' | 'source' | 'data'>
type StatusChange = Pick<StatusOperation, 'opt_out' | 'channels' | 'blacklisted'>
type ReadChange = (properties: JsonObject) => StatusChange | undefined

function readEvent(
  sent: JsonObject,
  eventTypes: ReadonlySet<string>,
  receivedAt: string,
):
  | { readonly recorded: RecordedEvent; readonly change: StatusChange | undefined; readonly error?: never }
  | { readonly error: ErrorV1 } {
  const { event: name, timestamp } = sent
  if (name === undefined || name === null) return fault('event', 'NOT_NULL')
  if (typeof name !== 'string') return fault('event', 'UNKNOWN_VALUE')
  const changeOf = stateChanges.get(name)
  if (!changeOf && !eventTypes.has(name)) return fault('event', 'UNKNOWN_VALUE')

  const occurredAt = readTimestamp(timestamp ?? receivedAt)
  if (occurredAt === undefined) return fault('timestamp', 'WRONG_FORMAT')
  const data = readEventProperties(sent.properties)
  if (!data) return fault('properties', 'WRONG_VALUE')
  const change = changeOf?.(data)
  if (changeOf && !change) return { error: unknownChannel }
  return { recorded: { name, occurred_at: occurredAt, source: 'back end', data }, change }
}

function readTimestamp(value: unknown): string | undefined {
  return typeof value === 'string' ? normaliseTimestamp(value) : undefined
}

/** The names that are always known, and what each changes; `undefined` for a channel that there is not (C66). */
const stateChanges: ReadonlyMap<string, ReadChange> = new Map<string, ReadChange>([
  ['Opt Out', optOut],
  ['Blacklisted', () => ({ blacklisted: true })],
  ['Whitelisted', () => ({ blacklisted: false })],
])

function optOut({ channelType }: JsonObject): StatusChange | undefined {
  const named = readChannels(channelType)
  return named && { opt_out: true, channels: channels.filter((channel) => named.has(channel)) }
}

function fault(field: string, type: ErrorV1['type']): { readonly error: ErrorV1 } {
  return { error: { field, type } }
}
