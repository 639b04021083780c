import { type ProfilePart, rowsOfProfile } from '../profiles/profile-part.ts'

/** Purchases follow a merge, and stay without the person when a profile ends (S20). */
export const purchaseParts: readonly ProfilePart[] = [
  {
    ...rowsOfProfile('purchases', { key: ['number'] }),
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
