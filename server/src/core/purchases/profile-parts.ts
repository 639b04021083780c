import { type ProfilePart, rowsOfProfile } from '../profiles/profile-part.ts'

const rows = rowsOfProfile('purchases', { key: ['number'] })

/** Purchases follow a merge, and stay without the person when a profile ends (S20). */
export const purchaseParts: readonly ProfilePart[] = [
  {
    ...rows,
    async moveBack(connection, workspaceId, move, moved) {
      await rows.moveBack(connection, workspaceId, move, moved)
      // What cancelled one of them since is of the same customer (L113).
      await connection.query({
        name: 'move-back-cancellations',
        text: `update purchases c set profile_id = $2
               from jsonb_to_recordset($4) as moved (number bigint)
               cross join lateral (
                 select cancelled_by from purchases
                 where workspace_id = $1 and number = moved.number and cancelled_by is not null
                 limit 1
               ) o
               where c.workspace_id = $1 and c.number = o.cancelled_by and c.profile_id = $3`,
        values: [workspaceId, move.from, move.into, JSON.stringify(moved)],
      })
    },
    async erase(connection, workspaceId, profileIds) {
      await connection.query({
        name: 'anonymise-purchases',
        text: `update purchases set profile_id = null, card_number = null, profile_erased = true
               where workspace_id = $1 and profile_id = any ($2)`,
        values: [workspaceId, profileIds],
      })
    },
  },
]
