import type { Connection } from '../../platform/postgres/database.ts'
import type { ListPage, ListRequest } from '../lists/list-request.ts'
import { readPage } from '../lists/read-page.ts'

/** An event as lists show it. */
export interface ListedEvent {
  /** The id that wires show, as text (S8). */
  readonly number: string
  readonly name: string
  /** Null: nobody is known to have done it. */
  readonly profileId: string | null
  /** Null too where the profile is anonymous (S7). */
  readonly profileNumber: string | null
  readonly reference: string | null
  readonly secondaryReference: string | null
  /** The time it was sent with (S26). */
  readonly occurredAt: Date
  readonly receivedAt: Date
  /** Any JSON, as it was sent. */
  readonly data: unknown
}

/** All conditions hold. */
export interface EventFilter {
  /** Undefined: of everybody, also where nobody is known. */
  readonly profileIds?: readonly string[] | undefined
  /** Any of them. */
  readonly names: readonly string[]
  readonly reference?: string | undefined
  /** Inclusive, by whole seconds. */
  readonly occurredFrom?: Date | undefined
  readonly occurredTo?: Date | undefined
}

export type EventOrder =
  | 'number'
  | 'name'
  | 'profileNumber'
  | 'reference'
  | 'secondaryReference'
  | 'occurredAt'
  | 'receivedAt'
  | 'none'

/** Events of any API, in the order in which they came (L118). A profile has those of whoever was merged into it (S9). */
export async function listEvents(
  connection: Connection,
  workspaceId: number,
  filter: EventFilter,
  request: ListRequest<EventOrder>,
): Promise<ListPage<ListedEvent>> {
  const values: unknown[] = [workspaceId, filter.names]
  // Only what is asked for stands in the statement: a condition that may be none is found by no index.
  const conditions = ['e.workspace_id = $1', 'e.name = any ($2::text[])']
  const { reference, occurredFrom, occurredTo } = filter
  if (occurredFrom) conditions.push(`e.occurred_at >= $${values.push(occurredFrom)}::timestamptz`)
  if (occurredTo) {
    conditions.push(`e.occurred_at < $${values.push(occurredTo)}::timestamptz + interval '1 second'`)
  }
  let from = 'events'
  if (filter.profileIds) {
    if (reference !== undefined) conditions.push(`e.reference = $${values.push(reference)}::text`)
    from = eventsOf(`$${values.push(filter.profileIds)}::uuid[]`)
  } else if (reference !== undefined) {
    // Found first ("offset 0"), or a plan may walk through all events in the order of the page.
    from = `(select * from events where workspace_id = $1 and reference = $${values.push(reference)}::text offset 0)`
  }
  return await readPage<ListedEvent, EventOrder>(
    connection,
    {
      columns,
      from: `${from} e`,
      where: conditions.join(' and '),
      values,
      orders: {
        number: 'e.number',
        name: 'e.name',
        profileNumber: ownerNumber,
        reference: 'e.reference',
        secondaryReference: 'e.secondary_reference',
        occurredAt: 'e.occurred_at',
        receivedAt: 'e.received_at',
        // The same in every row: the order in which they came is left.
        none: 'e.workspace_id',
      },
      creation: 'e.received_at, e.position',
    },
    request,
  )
}

/** The event with this number, whatever its type (see `findEvent` of how a number names one). */
export async function findListedEvent(
  connection: Connection,
  workspaceId: number,
  number: string,
): Promise<ListedEvent | undefined> {
  const { rows } = await connection.query<ListedEvent>({
    name: 'find-listed-event',
    text: `select ${columns} from events e where e.workspace_id = $1 and e.number = $2`,
    values: [workspaceId, number],
  })
  return rows[0]
}

/**
 * Who has the identifier under which an event was kept before anybody was known there: an event without business unit
 * is of the only one with its e-mail, else of the one without unit.
 */
const ownerOfUnknown = `(
  select case when count(*) = 1 then min(i.profile_id::text)
              else min(i.profile_id::text) filter (where p.business_unit is null) end::uuid
  from identifiers i
  cross join lateral (select business_unit from profiles where workspace_id = $1 and id = i.profile_id limit 1) p
  where i.workspace_id = $1 and i.kind = e.identifier_kind and i.value = e.identifier_value
    and (i.kind <> 'email' or e.identifier_scope is null
      or lower(coalesce(p.business_unit, '') collate "und-x-icu") = lower(e.identifier_scope collate "und-x-icu")))`

/** An event may name a profile that was merged away while it was being appended (see `readTimeline`). */
const owner = `coalesce(
  (select m.survivor_id from merged_profiles m where m.workspace_id = $1 and m.id = e.profile_id),
  e.profile_id, ${ownerOfUnknown})`

/** Whose number is looked up once it is known ("offset 0", "limit 1"): else all profiles would be compared with it. */
const ownerNumber = `(
  select p.number from (select ${owner} as id offset 0) o
  cross join lateral (
    select number from profiles where workspace_id = $1 and id = o.id and known_at is not null limit 1
  ) p)`

const columns = `e.number::text as number, e.name, ${owner} as "profileId", ${ownerNumber}::text as "profileNumber",
  e.reference, e.secondary_reference as "secondaryReference", e.occurred_at as "occurredAt",
  e.received_at as "receivedAt", e.data`

/**
 * The events of profiles: two reads by index, and not one with an "or", which no index serves. Each identifier is looked
 * up by itself ("offset 0"): joined, all events that nobody is known for would be read.
 */
function eventsOf(profileIds: string): string {
  return `(
    select e.* from events e
    where e.workspace_id = $1 and e.profile_id = any (array(
      select unnest(${profileIds}) union all
      select m.id from merged_profiles m where m.workspace_id = $1 and m.survivor_id = any (${profileIds})
    ))
    union all
    select e.*
    from (select distinct kind, value from identifiers where workspace_id = $1 and profile_id = any (${profileIds})) i
    cross join lateral (
      select * from events
      where workspace_id = $1 and profile_id is null and identifier_kind = i.kind and identifier_value = i.value
      offset 0
    ) e
    where ${ownerOfUnknown} = any (${profileIds})
  )`
}
