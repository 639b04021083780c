import { type ProfilePart, rowsOfProfile } from '../profiles/profile-part.ts'

const rows = rowsOfProfile('events', { key: ['received_at', 'id'] })

/**
 * What events keep of a profile. Those that were kept under an identifier of it before anybody was known there end
 * with it (S20), or the next one who has the identifier would have them (C17).
 */
export const eventParts: readonly ProfilePart[] = [
  {
    ...rows,
    /** What was sent since under an identifier of `from`, or by a device of theirs, is what they did. */
    async parted(connection, workspaceId, { from, into, mergedAt }) {
      await connection.query({
        name: 'part-events',
        text: `update events e set profile_id = $2
               where e.workspace_id = $1 and e.profile_id = $3 and e.received_at >= $4 and (
                 exists (
                   select from identifiers i
                   where i.workspace_id = $1 and i.profile_id = $2
                     and i.kind = e.identifier_kind and i.value = e.identifier_value
                 ) or e.binding_id in (
                   select id from device_bindings where workspace_id = $1 and profile_id = $2
                 )
               )`,
        values: [workspaceId, from, into, mergedAt],
      })
    },
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
