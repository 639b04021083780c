import { retried } from '../../../core/identity/retried.ts'
import { lockSurvivor } from '../../../core/profiles/lock-survivor.ts'
import type { Connection } from '../../../platform/postgres/database.ts'
import type { Call } from '../call.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { notFound } from '../errors/carecloud-error.ts'
import type { CustomerRef } from '../reach.ts'

/**
 * Writes records of a customer in one transaction, in which the customer can neither be merged away nor end; one that
 * was merged away before is the survivor (L59), one that ended is 404.
 */
export async function writeRecords<T>(
  { database }: CareCloudDependencies,
  { workspace, customer }: Pick<Call, 'workspace'> & { readonly customer: CustomerRef },
  work: (connection: Connection, profileId: string) => Promise<T>,
): Promise<T> {
  return await retried(() =>
    database.transaction(workspace.id, (connection) => inSurvivor(connection, { workspace, customer }, work)),
  )
}

/** The same in a transaction of the caller's. */
export async function inSurvivor<T>(
  connection: Connection,
  { workspace, customer }: Pick<Call, 'workspace'> & { readonly customer: CustomerRef },
  work: (connection: Connection, profileId: string) => Promise<T>,
): Promise<T> {
  const profileId = await lockSurvivor(connection, workspace.id, customer.profileId)
  if (profileId === undefined) throw notFound('customers', customer.number)
  return await work(connection, profileId)
}
