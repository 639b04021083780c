import type { ListRequest } from '../../../core/lists/list-request.ts'
import type { PropertyOwner } from '../../../core/properties/property-record.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { findEvent } from '../events/find-event.ts'
import { pageOf } from '../lists/list-in-memory.ts'
import { propertyRecordOrders } from '../reference-data/present-property.ts'
import type { Viewpoint } from '../reference-data/reference-list.ts'
import { type Route, route } from '../route.ts'
import { shownPropertyRecord } from '../schemas/customers.ts'
import { findVoucher } from '../vouchers/find-voucher.ts'
import { propertyRecordsOfNumbers } from './present-records.ts'

/** Property records of events and vouchers (9.5, 9.10, L53). */
export function ownerPropertyRoutes({ database }: CareCloudDependencies): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/events/:event_id/property-records',
      interfaces: 'both',
      summary: 'List the property records of the event',
      find: (call) => findEvent(database, call),
      answers: 'list',
      shows: shownPropertyRecord,
      sortBy: propertyRecordOrders,
      handle: (call) => page('event', call.found.number, call),
    }),
    route({
      method: 'GET',
      path: '/vouchers/:voucher_id/property-records',
      interfaces: 'both',
      summary: 'List the property records of the voucher',
      find: (call) => findVoucher(database, call),
      answers: 'list',
      shows: shownPropertyRecord,
      sortBy: propertyRecordOrders,
      handle: (call) => page('voucher', call.found.number, call),
    }),
  ]

  async function page(
    kind: Exclude<PropertyOwner['kind'], 'customer'>,
    number: string,
    call: Viewpoint & { readonly list: ListRequest<string> },
  ) {
    const records = await propertyRecordsOfNumbers(database, kind, [number], call)
    return pageOf(records.get(number) ?? [], call.list, call.languages[0] ?? '')
  }
}
