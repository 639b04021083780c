import type { GivenProperty, PropertyOwner } from '../../../core/properties/property-record.ts'
import { putPropertyRecords } from '../../../core/properties/write-property-records.ts'
import type { Connection } from '../../../platform/postgres/database.ts'
import { refuseTaken } from './refuse-taken.ts'

/**
 * Stores records of properties in the transaction that makes or changes their owner. A unique value that another owner
 * has refuses all of it (L55).
 */
export async function keepProperties(
  connection: Connection,
  workspaceId: number,
  owner: PropertyOwner,
  records: readonly GivenProperty[],
): Promise<void> {
  const taken = await putPropertyRecords(connection, workspaceId, owner, records)
  if (taken.length > 0) throw refuseTaken(records, taken)
}
