import { createBatchedRead } from '../../platform/batched-reads.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { readOldestCodes } from './share-codes.ts'

export interface ShareCodeReader {
  /** The profile's code in this campaign, its oldest; undefined where it has none yet. */
  code(
    workspaceId: number,
    of: { readonly profileId: string; readonly campaignId: string },
  ): Promise<string | undefined>
}

/** Reads of single codes; those that arrive together are one query. */
export function createShareCodeReader(database: Database): ShareCodeReader {
  return {
    code: createBatchedRead(
      (workspaceId, asked: readonly { readonly profileId: string; readonly campaignId: string }[]) =>
        database.inWorkspace(workspaceId, (connection) => readOldestCodes(connection, workspaceId, asked)),
    ),
  }
}
