import { type ProfilePart, rowsOfProfile } from '../profiles/profile-part.ts'

const rows = rowsOfProfile('mails', { key: ['number'] })

/**
 * Mails of a person who is erased are dropped (S20), whether they wait, failed or lie in the outbox: what was written for
 * them or speaks of them, and what others sent to their address, unless somebody else is known by it.
 */
export const mailPart: ProfilePart = {
  ...rows,
  async erase(connection, workspaceId, profileIds, identifiers) {
    await rows.erase(connection, workspaceId, profileIds, identifiers)
    const emails = identifiers.flatMap(({ kind, value }) => (kind === 'email' ? value : []))
    if (emails.length === 0) return
    await connection.query({
      name: 'erase-mails-to-addresses',
      text: `delete from mails m using unnest($2::text[]) email
             where m.workspace_id = $1 and m.recipient_key <> '' and m.recipient_key = email and not exists (
               select from identifiers i where i.workspace_id = $1 and i.kind = 'email' and i.value = email
             )`,
      values: [workspaceId, emails],
    })
  },
}
