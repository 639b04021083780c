import { createBatchedRead } from '../../platform/batched-reads.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { findUsersByCustomerId, type StoredProfile } from './find-profiles.ts'

export interface ProfileReader {
  /** The user with this customer id, or undefined. */
  user(workspaceId: number, customerId: string): Promise<StoredProfile | undefined>
}

/** Reads of single users; those that arrive together are one query. */
export function createProfileReader(database: Database): ProfileReader {
  return {
    user: createBatchedRead(async (workspaceId, customerIds: readonly string[]) => {
      const found = await database.inWorkspace(workspaceId, (connection) =>
        findUsersByCustomerId(connection, workspaceId, [...new Set(customerIds)]),
      )
      return customerIds.map((customerId) => found.get(customerId))
    }),
  }
}
