import { type ProfilePart, rowsOfProfile } from '../profiles/profile-part.ts'
import { withdrawGrant } from './withdraw-grant.ts'

/**
 * What rewards keep of a profile. Grants stay when it ends, without what somebody noted of the person; those that are
 * not used yet are withdrawn (S20).
 */
export const rewardParts: readonly ProfilePart[] = [
  {
    ...rowsOfProfile('grants', { key: ['number'] }),
    async erase(connection, workspaceId, profileIds) {
      const { rows } = await connection.query<{ number: string }>({
        name: 'unused-grants',
        text: `select number from grants
               where workspace_id = $1 and profile_id = any ($2) and state = 'issued'
               order by reward_id, number`,
        values: [workspaceId, profileIds],
      })
      for (const { number } of rows) await withdrawGrant(connection, workspaceId, number)
      await connection.query({
        name: 'erase-notes-of-grants',
        text: `update grants set note = null
               where workspace_id = $1 and profile_id = any ($2) and note is not null`,
        values: [workspaceId, profileIds],
      })
    },
  },
]
