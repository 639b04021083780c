import { type ProfilePart, rowsOfProfile } from '../profiles/profile-part.ts'

/**
 * Cards follow a merge; their numbers move with the other identifiers. When a profile ends its cards are blocked and
 * nobody's: a card that somebody carries about is no free one.
 */
export const cardParts: readonly ProfilePart[] = [
  {
    ...rowsOfProfile('cards', { key: ['number'] }),
    async erase(connection, workspaceId, profileIds) {
      await connection.query({
        name: 'block-cards',
        text: `update cards set profile_id = null, is_active = false, changed_at = clock_timestamp()
               where workspace_id = $1 and profile_id = any ($2)`,
        values: [workspaceId, profileIds],
      })
    },
  },
]
