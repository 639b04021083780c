import type { Store } from '../../../core/workspaces/file/sections/loyalty.ts'
import { pageOf } from '../lists/list-in-memory.ts'
import { type Route, route } from '../route.ts'
import { shownStore } from '../schemas/reference-data.ts'
import { flag, id, text } from '../values/scalars.ts'
import { presentStore } from './present-store.ts'
import { sortedBy } from './reference-list.ts'

/** Fields of a store by which a list is sorted (L38). */
export const storeOrders = sortedBy([
  'store_id',
  'store_code',
  'name',
  'contact_email',
  'manager_name',
  'phone_number',
  'partner_id',
  'system_id',
  'url_address',
  'visibility_for_customer',
  'short_description',
  'description',
  'registration_id',
  'state',
])

/** `/stores` and `/stores/{id}` (L80, L81). */
export function storeRoutes(): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/stores',
      interfaces: 'both',
      summary: 'List stores',
      query: { visible_for_customer: flag, property_id: id, property_value: text(), system_id: id },
      answers: 'list',
      shows: shownStore,
      sortBy: storeOrders,
      handle(call) {
        const { workspace, query } = call
        const stores = workspace.settings.loyalty.stores.filter(
          (store) =>
            (query.visible_for_customer ?? store.visibleForCustomer) === store.visibleForCustomer &&
            (query.system_id ?? store.code) === store.code &&
            hasProperty(store, query.property_id, query.property_value),
        )
        return pageOf(
          stores.map((store) => presentStore(store, call)),
          call.list,
          call.languages[0] ?? '',
        )
      },
    }),
    route({
      method: 'GET',
      path: '/stores/:store_id',
      interfaces: 'both',
      summary: 'One store',
      find: ({ workspace, params }) =>
        workspace.settings.loyalty.stores.find((store) => store.id === params.store_id),
      answers: 'object',
      shows: shownStore,
      handle: (call) => presentStore(call.found, call),
    }),
  ]
}

/** L81: only both together are a filter; the value is compared as text, each choice of several by itself. */
function hasProperty({ properties }: Store, name: string | undefined, value: string | undefined): boolean {
  if (name === undefined || value === undefined) return true
  if (!Object.hasOwn(properties, name)) return false
  return [properties[name]].flat().some((held) => textOf(held) === value)
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
