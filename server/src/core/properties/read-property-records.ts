import type { Connection } from '../../platform/postgres/database.ts'
import type { PropertyOwner, PropertyRecord } from './property-record.ts'

/** The records of owners of one kind, by owner; each owner's in the order in which they were made. */
export async function readPropertyRecords(
  connection: Connection,
  workspaceId: number,
  kind: PropertyOwner['kind'],
  ownerIds: readonly string[],
): Promise<ReadonlyMap<string, readonly PropertyRecord[]>> {
  const { rows } = await connection.query<PropertyRecord & { ownerId: string }>({
    name: 'read-property-records',
    text: `select owner_id as "ownerId", property_id as "propertyId", value, changed_at as "changedAt"
           from property_records
           where workspace_id = $1 and owner_kind = $2 and owner_id = any ($3)
           order by created_at, property_id`,
    values: [workspaceId, kind, ownerIds],
  })
  return Map.groupBy(rows, ({ ownerId }) => ownerId)
}
