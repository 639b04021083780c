import { type ProfilePart, rowsOfProfile } from '../profiles/profile-part.ts'

const rows = rowsOfProfile('events', { key: ['received_at', 'id'] })

/**
 * What events keep of a profile. Those that were kept under an identifier of it before anybody was known there end
 * with it (S20), or the next one who has the identifier would have them (C17).
 */
export const eventParts: readonly ProfilePart[] = [
  {
    ...rows,
    async erase(connection, workspaceId, profileIds, identifiers) {
      await rows.erase(connection, workspaceId, profileIds, identifiers)
      await connection.query({
        name: 'erase-unknown-events',
        text: `delete from events e using jsonb_to_recordset($2) as named (kind text, value text)
               where e.workspace_id = $1 and e.profile_id is null
                 and e.identifier_kind = named.kind and e.identifier_value = named.value
                 and not exists (
                   select from identifiers i
                   where i.workspace_id = $1 and i.kind = named.kind and i.value = named.value
                 )`,
        values: [workspaceId, JSON.stringify(identifiers)],
      })
    },
  },
]
