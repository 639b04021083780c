import type { EventOrder, ListedEvent } from '../../../core/events/list-events.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'
import type { Presented } from '../lists/list-in-memory.ts'
import type { SortFields } from '../lists/list-query.ts'
import { presentTime } from '../values/times.ts'

/** Fields by which events are sorted (L38); `data` may be a list or an object. */
export const eventOrders: SortFields<EventOrder> = {
  event_id: 'number',
  event_type_id: 'name',
  customer_id: 'profileNumber',
  external_id: 'reference',
  created_at: 'occurredAt',
  secondary_external_id: 'secondaryReference',
  state: 'none',
  last_change: 'receivedAt',
}

/** An event (carecloud 9.10); its property records only where they are asked for, else null (L118). */
export function presentEvent(
  event: ListedEvent,
  workspace: Workspace,
  propertyRecords: readonly Presented[] | null,
): Presented {
  return {
    event_id: event.number,
    event_type_id: event.name,
    customer_id: event.profileNumber,
    external_id: event.reference,
    data: event.data,
    created_at: presentTime(event.occurredAt, workspace),
    secondary_external_id: event.secondaryReference,
    state: 1,
    property_records: propertyRecords,
    last_change: presentTime(event.receivedAt, workspace),
  }
}
