import type { Connection } from '../../platform/postgres/database.ts'
import type { Arrival, EventSource, StoredEvent } from './event.ts'

/** A reader's place among the events; the next read begins after it. */
export interface EventPlace {
  readonly transactionId: string
  readonly position: string
}

export interface EventPage {
  readonly events: readonly StoredEvent[]
  /** Behind the last event of the page; undefined where there was none. */
  readonly place: EventPlace | undefined
  /** Whether more are there that may not be read yet, or did not fit. */
  readonly hasMore: boolean
}

/**
 * The events after a place, in an order that never lets a reader miss one: an event is shown once every
 * transaction that began before its own has ended, so none can appear behind the place later.
 */
export async function readEvents(
  connection: Connection,
  workspaceId: number,
  after: EventPlace,
  limit: number,
): Promise<EventPage> {
  const { rows } = await connection.query<EventRow & RoadRow>({
    name: 'read-events',
    text: `select ${columns}, transaction_id, position,
             transaction_id < settled_before() as settled
           from events e
           where workspace_id = $1 and (transaction_id, position) > ($2::xid8, $3::bigint)
           order by transaction_id, position limit $4`,
    values: [workspaceId, after.transactionId, after.position, limit],
  })
  const settled = rows.filter((row) => row.settled)
  const last = settled.at(-1)
  return {
    events: settled.map(eventOf),
    place: last && { transactionId: last.transaction_id, position: last.position },
    hasMore: rows.length === limit || settled.length < rows.length,
  }
}

/**
 * The event with this number, or undefined.
 *
 * A number is drawn from more than 9 * 10^18 and is unique by chance alone: a partitioned table has no unique key
 * without the time. Among 100 million events of a workspace a pair of equal ones is there with a chance of 1 in
 * 2,000. It would show one caller its own event's twin, as nothing is found by a number alone that was not given out
 * to the asker; what must happen once (a conversion, a grant) is kept by keys of its own. A key over all months would
 * cost every event a second index look-up and a row.
 */
export async function findEvent(
  connection: Connection,
  workspaceId: number,
  number: string,
): Promise<(StoredEvent & { readonly place: EventPlace }) | undefined> {
  const { rows } = await connection.query<EventRow & RoadRow>({
    name: 'find-event',
    text: `select ${columns}, transaction_id, position from events e where workspace_id = $1 and number = $2`,
    values: [workspaceId, number],
  })
  const [row] = rows
  return row && { ...eventOf(row), place: { transactionId: row.transaction_id, position: row.position } }
}

/**
 * What a profile did, newest first: its own events, and those kept under one of its identifiers before anybody
 * was known there. An event that came with a business unit is of the profile in that unit.
 */
export async function readTimeline(
  connection: Connection,
  workspaceId: number,
  profileId: string,
  limit: number,
): Promise<readonly StoredEvent[]> {
  const { rows } = await connection.query<EventRow>({
    name: 'read-timeline',
    text: timeline,
    values: [workspaceId, profileId, limit],
  })
  return rows.map(eventOf)
}

const columns = `e.number, e.profile_id, e.binding_id, e.name, e.occurred_at, e.received_at,
  coalesce(e.counted_at, e.occurred_at) as counted_at, e.source, e.trusted, e.by_known, e.arrival, e.reference, e.data`

/**
 * Reads by index, each bounded, and not one with an "or", which no index serves. The second one finds what was being
 * appended while its profile was merged: whoever appends takes no lock, for which every event would wait.
 */
const timeline = `
select * from (
  (select ${columns} from events e
   where workspace_id = $1 and profile_id = $2 order by occurred_at desc limit $3)
  union all
  (select ${columns} from merged_profiles m
   join events e on e.workspace_id = $1 and e.profile_id = m.id
   where m.workspace_id = $1 and m.survivor_id = $2 order by e.occurred_at desc limit $3)
  union all
  (select ${columns}
   from identifiers i
   join events e on e.workspace_id = $1 and e.profile_id is null
     and e.identifier_kind = i.kind and e.identifier_value = i.value
   join profiles p on p.workspace_id = $1 and p.id = i.profile_id
   where i.workspace_id = $1 and i.profile_id = $2
     and (i.kind <> 'email' or e.identifier_scope is null
       or lower(coalesce(p.business_unit, '') collate "und-x-icu") = lower(e.identifier_scope collate "und-x-icu"))
   order by e.occurred_at desc limit $3)
) as timeline
order by occurred_at desc, number limit $3`

interface RoadRow {
  readonly transaction_id: string
  readonly position: string
  readonly settled: boolean
}

interface EventRow {
  readonly number: string
  readonly profile_id: string | null
  readonly binding_id: string | null
  readonly name: string
  readonly occurred_at: Date
  readonly received_at: Date
  readonly counted_at: Date
  readonly source: EventSource
  readonly trusted: boolean
  readonly by_known: boolean
  readonly arrival: Arrival | null
  readonly reference: string | null
  readonly data: unknown
}

function eventOf(row: EventRow): StoredEvent {
  return {
    number: row.number,
    profileId: row.profile_id,
    bindingId: row.binding_id,
    name: row.name,
    occurredAt: row.occurred_at,
    receivedAt: row.received_at,
    countedAt: row.counted_at,
    source: row.source,
    trusted: row.trusted,
    byKnown: row.by_known,
    arrival: row.arrival,
    reference: row.reference,
    data: isObject(row.data) ? row.data : {},
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
