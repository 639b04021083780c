import type { PropertyDefinition } from '../../../core/workspaces/file/sections/loyalty.ts'
import type { WorkspaceSettings } from '../../../core/workspaces/workspace.ts'
import { type Presented, pageOf } from '../lists/list-in-memory.ts'
import { type Route, route } from '../route.ts'
import { shownPropertyRecord } from '../schemas/customers.ts'
import { presentDefinition, presentPropertyRecord, propertyRecordOrders } from './present-property.ts'
import { part, referenceList, type Viewpoint } from './reference-list.ts'

type Owner = PropertyDefinition['owner']

/** Which owner's definitions stand at which path. */
const definitionPaths = {
  customer: '/customer-properties',
  store: '/store-properties',
  reward: '/reward-properties',
  event: '/event-properties',
  purchase: '/purchase-properties',
  voucher: '/voucher-properties',
  partner: '/partner-properties',
} as const satisfies Partial<Record<Owner, string>>

/** What of the workspace file has properties, by its path: records below each of them. */
const owners: Readonly<Record<string, (settings: WorkspaceSettings) => readonly PropertyOwner[]>> = {
  '/stores/:store_id': ({ loyalty }) => loyalty.stores,
  '/partners/:partner_id': ({ loyalty }) => loyalty.partners,
  '/rewards/:reward_id': ({ rewards }) => rewards,
}

interface PropertyOwner {
  readonly id: string
  readonly properties: Readonly<Record<string, unknown>>
}

/** Definitions of properties, and the records of what the workspace file holds (9.4, L53–L55). */
export function propertyRoutes(): readonly Route[] {
  const definitions = Object.entries(definitionPaths).flatMap(([owner, path]) =>
    referenceList({
      path,
      idName: 'property_id',
      ...(owner === 'reward' ? { listKey: 'rewards_properties' } : {}),
      fields: ['property_id', 'name', 'description', 'data_type', 'is_required', 'is_unique', 'state'],
      filters: { name: part('name') },
      objects: (viewpoint) =>
        viewpoint.workspace.settings.loyalty.properties
          .filter((definition) => definition.owner === owner)
          .map((definition) => presentDefinition(definition, viewpoint)),
    }),
  )
  const records = Object.entries(owners).map(([path, listOf]) =>
    route({
      method: 'GET',
      path: `${path}/property-records`,
      interfaces: 'both',
      summary: 'List its property records',
      find({ workspace, params }) {
        const [id] = Object.values(params)
        return listOf(workspace.settings).find((owner) => owner.id === id)
      },
      answers: 'list',
      shows: shownPropertyRecord,
      sortBy: propertyRecordOrders,
      handle: (call) => pageOf(propertyRecordsOf(call.found, call), call.list, call.languages[0] ?? ''),
    }),
  )
  return [...definitions, ...records]
}

/** The records of a store, a partner or a reward of the workspace file. */
export function propertyRecordsOf(owner: PropertyOwner, viewpoint: Viewpoint): readonly Presented[] {
  const { settings, settingsChangedAt: changedAt } = viewpoint.workspace
  // In the order of the file's definitions (L38): a database keeps no order of an owner's values.
  return settings.loyalty.properties
    .filter(({ id }) => Object.hasOwn(owner.properties, id))
    .map((definition) => {
      const value = owner.properties[definition.id]
      return presentPropertyRecord(definition, { ownerId: owner.id, value, changedAt }, viewpoint)
    })
}
