import { type EventOrder, type ListedEvent, listEvents } from '../../../core/events/list-events.ts'
import type { ListRequest } from '../../../core/lists/list-request.ts'
import type { Call } from '../call.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { propertyRecordsOfNumbers } from '../customer-records/present-records.ts'
import { anyOf } from '../lists/list-query.ts'
import { listedProfiles } from '../reach.ts'
import { type Route, route } from '../route.ts'
import { shownEvent } from '../schemas/events.ts'
import { customerId } from '../values/customer-id.ts'
import type { Read } from '../values/reader.ts'
import { flag, id, text } from '../values/scalars.ts'
import { dateTime } from '../values/times.ts'
import { findEvent } from './find-event.ts'
import { eventOrders, presentEvent } from './present-event.ts'

const eventQuery = {
  event_type_id: text(),
  event_type_ids: anyOf(text()),
  external_id: id,
  time_from: dateTime(),
  time_to: dateTime({ dayAs: 'end' }),
  include_property_records: flag,
}

/** Lists of events, and one of them (carecloud 9.10, L118). */
export function eventListRoutes({ database }: CareCloudDependencies): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/events',
      interfaces: 'both',
      summary: 'List events',
      query: { ...eventQuery, customer_id: customerId() },
      answers: 'list',
      shows: shownEvent,
      sortBy: eventOrders,
      handle: (call) => page(call, listedProfiles(call.reach, call.query.customer_id)),
    }),
    route({
      method: 'GET',
      path: '/customers/:customer_id/events',
      interfaces: 'both',
      summary: 'List the events of the customer',
      query: eventQuery,
      answers: 'list',
      shows: shownEvent,
      listKey: 'customer_events',
      sortBy: eventOrders,
      handle: (call) => page(call, [call.customer.profileId]),
    }),
    route({
      method: 'GET',
      path: '/events/:event_id',
      interfaces: 'both',
      summary: 'One event',
      find: (call) => findEvent(database, call),
      query: { include_property_records: flag },
      answers: 'object',
      shows: shownEvent,
      async handle(call) {
        const [event] = await present(call, [call.found])
        return event ?? {}
      },
    }),
  ]

  async function page(
    call: Call & { readonly list: ListRequest<EventOrder>; readonly query: Read<typeof eventQuery> },
    profileIds: readonly string[] | undefined,
  ) {
    const { workspace, query } = call
    const filter = {
      profileIds,
      names: [...workspace.eventTypes].filter(
        (name) =>
          (query.event_type_id === undefined || query.event_type_id === name) &&
          (query.event_type_ids === undefined || query.event_type_ids.includes(name)),
      ),
      reference: query.external_id,
      occurredFrom: query.time_from,
      occurredTo: query.time_to,
    }
    const { items, total } = await database.inWorkspace(workspace.id, (connection) =>
      listEvents(connection, workspace.id, filter, call.list),
    )
    return { items: await present(call, items), total }
  }

  async function present(
    call: Call & { readonly query: { readonly include_property_records: boolean | undefined } },
    events: readonly ListedEvent[],
  ) {
    const numbers = events.map(({ number }) => number)
    const records = call.query.include_property_records
      ? await propertyRecordsOfNumbers(database, 'event', numbers, call)
      : undefined
    return events.map((event) =>
      presentEvent(event, call.workspace, records ? (records.get(event.number) ?? []) : null),
    )
  }
}
