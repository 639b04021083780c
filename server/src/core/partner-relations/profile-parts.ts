import type { ProfilePart } from '../profiles/profile-part.ts'
import { type KeptRow, restoreRows } from '../profiles/restore-rows.ts'

/**
 * What was said of the survivor's partners stands: it is related to all but those that it gave up. What was said of the
 * merged profile's is in the journal until the merge is undone.
 */
export const partnerRelationParts: readonly ProfilePart[] = [
  {
    name: 'partner_relations',
    async move(connection, workspaceId, moves) {
      const { rows } = await connection.query<{ profile_id: string; rows: readonly KeptRow[] }>({
        name: 'drop-partner-relations',
        text: `with dropped as (
                 delete from partner_relations r where r.workspace_id = $1 and r.profile_id = any ($2) returning r.*
               )
               select profile_id, array_agg(to_jsonb(dropped)::text) as rows from dropped group by profile_id`,
        values: [workspaceId, moves.map(({ from }) => from)],
      })
      return new Map(rows.map((row) => [row.profile_id, row.rows]))
    },
    async moveBack(connection, _workspaceId, _move, rows) {
      await restoreRows(connection, 'partner_relations', rows as readonly KeptRow[])
    },
    async erase(connection, workspaceId, profileIds) {
      await connection.query({
        name: 'erase-partner-relations',
        text: 'delete from partner_relations where workspace_id = $1 and profile_id = any ($2)',
        values: [workspaceId, profileIds],
      })
    },
  },
]
