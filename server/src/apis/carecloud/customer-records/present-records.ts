import type { PropertyOwner, PropertyRecord } from '../../../core/properties/property-record.ts'
import { readPropertyRecords } from '../../../core/properties/read-property-records.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import type { Presented } from '../lists/list-in-memory.ts'
import { presentPropertyRecord } from '../reference-data/present-property.ts'
import type { Viewpoint } from '../reference-data/reference-list.ts'

/** Records of one owner; `ownerId` is the owner's id on the wire (L54). One whose definition is gone is not shown. */
export function presentPropertyRecords(
  records: readonly PropertyRecord[],
  kind: PropertyOwner['kind'],
  ownerId: string,
  viewpoint: Viewpoint,
): readonly Presented[] {
  const definitions = viewpoint.workspace.settings.loyalty.properties.filter(({ owner }) => owner === kind)
  return records.flatMap((record) => {
    const definition = definitions.find(({ id }) => id === record.propertyId)
    return definition ? [presentPropertyRecord(definition, { ...record, ownerId }, viewpoint)] : []
  })
}

/** The records of events, purchases or vouchers, by number: for `property_records` and lists of them (L53). */
export async function propertyRecordsOfNumbers(
  database: Database,
  kind: Exclude<PropertyOwner['kind'], 'customer'>,
  numbers: readonly string[],
  viewpoint: Viewpoint,
): Promise<ReadonlyMap<string, readonly Presented[]>> {
  const found = await database.inWorkspace(viewpoint.workspace.id, (connection) =>
    readPropertyRecords(connection, viewpoint.workspace.id, kind, numbers),
  )
  return new Map(
    [...found].map(([number, records]) => [number, presentPropertyRecords(records, kind, number, viewpoint)]),
  )
}
