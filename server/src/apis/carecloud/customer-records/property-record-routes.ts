import { findKnownProfiles } from '../../../core/profiles/known-profiles.ts'
import { ofProfile } from '../../../core/properties/property-record.ts'
import { readPropertyRecords } from '../../../core/properties/read-property-records.ts'
import { putPropertyRecords, removePropertyRecord } from '../../../core/properties/write-property-records.ts'
import type { PropertyDefinition } from '../../../core/workspaces/file/sections/loyalty.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import { errorProcessing, storeBatch } from '../batches.ts'
import type { Call } from '../call.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { badRequest } from '../errors/carecloud-error.ts'
import { invalidParam, sayOf } from '../errors/invalid-param.ts'
import { pageOf } from '../lists/list-in-memory.ts'
import type { CustomerRef } from '../reach.ts'
import { propertyRecordOrders } from '../reference-data/present-property.ts'
import { type Route, route } from '../route.ts'
import { shownPropertyRecord } from '../schemas/customers.ts'
import { Text } from '../schemas/values.ts'
import { misfit, propertyRecord, storedValue } from '../values/property.ts'
import { anything, object, required, rows } from '../values/reader.ts'
import { id } from '../values/scalars.ts'
import { keepProperties } from './keep-properties.ts'
import { presentPropertyRecords } from './present-records.ts'
import { takenValue } from './refuse-taken.ts'
import { inSurvivor, writeRecords } from './write-records.ts'

/** Properties of a customer (9.3, L53–L56, L75, L76). */
export function propertyRecordRoutes(dependencies: CareCloudDependencies): readonly Route[] {
  const { database } = dependencies
  return [
    route({
      method: 'GET',
      path: '/customers/:customer_id/property-records',
      interfaces: 'both',
      summary: 'List the property records of the customer',
      answers: 'list',
      shows: shownPropertyRecord,
      sortBy: propertyRecordOrders,
      async handle(call) {
        const records = await recordsOf(database, call)
        return pageOf(
          presentPropertyRecords(records, 'customer', call.customer.number, call),
          call.list,
          call.languages[0] ?? '',
        )
      },
    }),
    route({
      method: 'POST',
      path: '/customers/:customer_id/property-records',
      interfaces: 'both',
      summary: 'Record a property of the customer, or replace its value',
      body: { property_record: required(propertyRecord('customer')) },
      answers: 'created-twice',
      shows: { property_record_id: Text },
      async handle(call) {
        const record = call.body.property_record
        await writeRecords(dependencies, call, async (connection, profileId) => {
          await keepProperties(connection, call.workspace.id, ofProfile(profileId), [record])
        })
        return { property_record_id: `${record.definition.id}:${call.customer.number}` }
      },
    }),
    route({
      method: 'POST',
      path: '/customers/:customer_id/property-records/batch',
      interfaces: 'both',
      summary: 'Record properties of the customer, or replace their values',
      body: {
        property_records: required(rows(propertyRecord('customer'))),
        error_processing: errorProcessing,
      },
      answers: 'nothing',
      async handle(call) {
        const { workspace, body } = call
        const batch = { rows: body.property_records, errorProcessing: body.error_processing }
        await storeBatch(dependencies, call, batch, (connection, good) =>
          inSurvivor(connection, call, async (_connection, profileId) => {
            const records = good.map(({ value }) => value)
            const taken = await putPropertyRecords(connection, workspace.id, ofProfile(profileId), records)
            return good.flatMap(({ index, value }) =>
              taken.includes(value.definition.id) ? [takenValue(value, index)] : [],
            )
          }),
        )
      },
    }),
    route({
      method: 'PUT',
      path: '/customers/:customer_id/property-records/:property_record_id',
      interfaces: 'both',
      summary: 'Replace the value of a property record',
      find: (call) => findDefinition(database, call),
      body: { property_record: required(object({ property_value: anything, property_id: id })) },
      answers: 'nothing',
      async handle(call) {
        const { workspace, found: definition } = call
        const { property_id: sentId, property_value: sent } = call.body.property_record
        const value = storedValue(definition, sent, workspace.settings.timeZone)
        const faults = [
          ...(sentId === undefined || sentId === definition.id
            ? []
            : [invalidParam({ name: 'property_id' }, 'not_allowed_value', sentId)]),
          ...(value === undefined
            ? [
                invalidParam(
                  { name: 'property_value' },
                  'invalid_value_format',
                  sent,
                  sayOf('property_value', misfit(definition)),
                ),
              ]
            : []),
        ]
        if (faults.length > 0) throw badRequest(faults)
        await writeRecords(dependencies, call, async (connection, profileId) => {
          await keepProperties(connection, workspace.id, ofProfile(profileId), [{ definition, value }])
        })
      },
    }),
    route({
      method: 'DELETE',
      path: '/customers/:customer_id/property-records/:property_record_id',
      interfaces: 'both',
      summary: 'Remove a property record',
      find: (call) => findDefinition(database, call),
      answers: 'nothing',
      async handle(call) {
        await writeRecords(dependencies, call, (connection, profileId) =>
          removePropertyRecord(connection, call.workspace.id, ofProfile(profileId), call.found.id),
        )
      },
    }),
  ]
}

type CustomerCall = Call & { readonly customer: CustomerRef }

async function recordsOf(database: Database, { workspace, customer }: CustomerCall) {
  const found = await database.inWorkspace(workspace.id, (connection) =>
    readPropertyRecords(connection, workspace.id, 'customer', [customer.profileId]),
  )
  return found.get(customer.profileId) ?? []
}

/** The definition of a record of the customer, named by `<property_id>:<customer_id>`; a former id of the customer's names it too. */
async function findDefinition(
  database: Database,
  call: CustomerCall & {
    readonly params: { readonly customer_id: string; readonly property_record_id: string }
  },
): Promise<PropertyDefinition | undefined> {
  const { workspace, customer, params } = call
  const colon = params.property_record_id.lastIndexOf(':')
  const propertyId = params.property_record_id.slice(0, colon)
  const owner = params.property_record_id.slice(colon + 1)
  const definition = workspace.settings.loyalty.properties.find(
    (candidate) => candidate.id === propertyId && candidate.owner === 'customer',
  )
  if (colon < 0 || !definition) return undefined
  if (owner !== customer.number && owner !== params.customer_id) {
    const named = await database.inWorkspace(workspace.id, (connection) =>
      findKnownProfiles(connection, workspace.id, [owner]),
    )
    if (named.get(owner)?.profileId !== customer.profileId) return undefined
  }
  const records = await recordsOf(database, call)
  return records.some((record) => record.propertyId === propertyId) ? definition : undefined
}
