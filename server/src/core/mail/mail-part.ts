import type { ProfilePart } from '../profiles/profile-part.ts'

/**
 * Mails to a person who is erased are dropped (S20), whether they wait, failed or lie in the outbox; one that has gone
 * says nobody's address any more. Mails belong to an address: who else is known by it keeps them, and a merge moves none.
 */
export const mailPart: ProfilePart = {
  name: 'mails',
  move: async () => new Map(),
  moveBack: async () => {},
  async erase(connection, workspaceId, _profileIds, identifiers) {
    const emails = identifiers.flatMap(({ kind, value }) => (kind === 'email' ? value : []))
    if (emails.length === 0) return
    await connection.query({
      name: 'erase-mails',
      text: `delete from mails m using unnest($2::text[]) email
             where m.workspace_id = $1 and m.recipient_key <> '' and m.recipient_key = email and not exists (
               select from identifiers i where i.workspace_id = $1 and i.kind = 'email' and i.value = email
             )`,
      values: [workspaceId, emails],
    })
  },
}
