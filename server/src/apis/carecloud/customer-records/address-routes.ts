import {
  type AddressEntry,
  type AddressOrder,
  addAddress,
  listAddresses,
  type ProfileAddress,
  replaceAddress,
} from '../../../core/addresses/addresses.ts'
import { firstOnly } from '../../../core/lists/list-request.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import type { Call } from '../call.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { presentAddress } from '../customers/present-customer.ts'
import { addressFields, addressOf } from '../customers/read-customer.ts'
import type { Presented } from '../lists/list-in-memory.ts'
import type { SortFields } from '../lists/list-query.ts'
import type { CustomerRef } from '../reach.ts'
import { type Route, route } from '../route.ts'
import { shownAdditionalAddress } from '../schemas/customers.ts'
import { Issued } from '../schemas/values.ts'
import { object, type Read, required } from '../values/reader.ts'
import { isRecordNumber } from '../values/record-number.ts'
import { definedIn } from '../values/references.ts'
import { id } from '../values/scalars.ts'
import { presentTime } from '../values/times.ts'
import { writeRecords } from './write-records.ts'

const additionalAddress = {
  address_type: required(definedIn(({ carecloud }) => carecloud.addressTypes)),
  address: required(object(addressFields)),
}

const addressOrders: SortFields<AddressOrder> = {
  additional_address_id: 'number',
  address_type: 'typeId',
  last_change: 'changedAt',
}

/** Addresses of a customer beside the one of the person (9.3). */
export function addressRoutes(dependencies: CareCloudDependencies): readonly Route[] {
  const { database } = dependencies
  return [
    route({
      method: 'GET',
      path: '/customers/:customer_id/addresses',
      interfaces: 'both',
      summary: 'List the further addresses of the customer',
      query: { customer_address_type_id: id },
      answers: 'list',
      shows: shownAdditionalAddress,
      sortBy: addressOrders,
      async handle({ workspace, customer, query, list }) {
        const filter = { profileId: customer.profileId, typeId: query.customer_address_type_id }
        const { items, total } = await database.inWorkspace(workspace.id, (connection) =>
          listAddresses(connection, workspace.id, filter, list),
        )
        return { items: items.map((entry) => presentEntry(entry, workspace)), total }
      },
    }),
    route({
      method: 'POST',
      path: '/customers/:customer_id/addresses',
      interfaces: 'both',
      summary: 'Add an address of the customer',
      body: { additional_address: required(object(additionalAddress)) },
      answers: 'created',
      shows: { additional_address_id: Issued },
      handle: async (call) => ({
        additional_address_id: await writeRecords(dependencies, call, (connection, profileId) =>
          addAddress(connection, call.workspace.id, profileId, toEntry(call.body.additional_address)),
        ),
      }),
    }),
    route({
      method: 'GET',
      path: '/customers/:customer_id/addresses/:additional_address_id',
      interfaces: 'both',
      summary: 'One of the further addresses of the customer',
      find: (call) => findAddress(database, call),
      answers: 'object',
      shows: shownAdditionalAddress,
      handle: ({ found, workspace }) => presentEntry(found, workspace),
    }),
    route({
      method: 'PUT',
      path: '/customers/:customer_id/addresses/:additional_address_id',
      interfaces: 'both',
      summary: 'Replace an address of the customer',
      find: (call) => findAddress(database, call),
      body: { additional_address: required(object(additionalAddress)) },
      answers: 'nothing',
      handle: ({ workspace, found, body }) =>
        database.inWorkspace(workspace.id, (connection) =>
          replaceAddress(connection, workspace.id, found.number, toEntry(body.additional_address)),
        ),
    }),
  ]
}

function toEntry({ address_type, address }: Read<typeof additionalAddress>): AddressEntry {
  return { typeId: address_type.id, address: addressOf(address) ?? {} }
}

function presentEntry(
  { number, typeId, address, changedAt }: ProfileAddress,
  workspace: Workspace,
): Presented {
  return {
    additional_address_id: number,
    address_type: typeId,
    address: presentAddress(address),
    last_change: presentTime(changedAt, workspace),
  }
}

/** The address of a path; one of another customer is not there (L29). */
async function findAddress(
  database: Database,
  {
    workspace,
    customer,
    params: { additional_address_id: number },
  }: Call & { readonly customer: CustomerRef; readonly params: { readonly additional_address_id: string } },
): Promise<ProfileAddress | undefined> {
  if (!isRecordNumber(number)) return undefined
  const { items } = await database.inWorkspace(workspace.id, (connection) =>
    listAddresses(connection, workspace.id, { profileId: customer.profileId, number }, firstOnly),
  )
  return items[0]
}
