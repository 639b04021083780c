import { createBatchedRead } from '../../platform/batched-reads.ts'
import type { Database } from '../../platform/postgres/database.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { readPersonRows, type SeenNames, seenNames } from './read-person.ts'
import type { TokenStanding } from './token-standing.ts'

export interface PersonReader {
  /** The caller's own person without its parameters, within the table of rights (extole 3). */
  names(workspace: Workspace, standing: TokenStanding): Promise<SeenNames | undefined>
}

/** Reads of single people; those that arrive together are one query. */
export function createPersonReader(database: Database): PersonReader {
  const read = createBatchedRead((workspaceId, standings: readonly TokenStanding[]) =>
    database.inWorkspace(workspaceId, (connection) => readPersonRows(connection, workspaceId, standings)),
  )
  return {
    async names(workspace, standing) {
      const row = await read(workspace.id, standing)
      return row && seenNames(row, standing)
    },
  }
}
