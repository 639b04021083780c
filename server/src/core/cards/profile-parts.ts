import { type ProfilePart, rowsOfProfile } from '../profiles/profile-part.ts'

const cards = rowsOfProfile('cards', { key: ['number'] })

/**
 * Cards follow a merge; their numbers move with the other identifiers. When a profile ends its cards are blocked and
 * nobody's: a card that somebody carries about is no free one.
 */
export const cardParts: readonly ProfilePart[] = [
  {
    ...cards,
    async moveBack(connection, workspaceId, move, moved) {
      await cards.moveBack(connection, workspaceId, move, moved)
      // A card may have got another number since the merge, and its former one may be another card's.
      await connection.query({
        name: 'name-holders-again',
        text: `update identifiers i set profile_id = c.profile_id from cards c
               where c.workspace_id = $1 and c.profile_id = any ($2)
                 and i.workspace_id = $1 and i.kind = 'card' and i.value = c.card_number and i.scope = ''
                 and i.profile_id <> c.profile_id`,
        values: [workspaceId, [move.from, move.into]],
      })
    },
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
