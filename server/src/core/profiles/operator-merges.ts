import type { Connection } from '../../platform/postgres/database.ts'

/**
 * Tells that an operator merges profiles, or undoes it, in this transaction, before anything is locked. Two follow each
 * other, and upserts that waited for either one begin anew: what they are about to write is another profile's.
 */
export async function countOperatorMerge(connection: Connection, workspaceId: number): Promise<void> {
  await connection.query({
    name: 'count-operator-merge',
    text: `insert into operator_merges as m (workspace_id, number) values ($1, 1)
           on conflict (workspace_id) do update set number = m.number + 1`,
    values: [workspaceId],
  })
}

/** In SQL, once what may have waited is done: true, or a serialization failure where a merge ended since the statement began. */
export const noMergeSince = `refuse_after_merge($1, (select number from operator_merges where workspace_id = $1))`
