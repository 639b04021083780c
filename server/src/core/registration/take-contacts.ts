import type { Connection } from '../../platform/postgres/database.ts'
import { freeIdentifier, giveIdentifier, showIdentifiers } from '../identity/identifiers.ts'
import { emailKey } from '../profiles/email.ts'
import { writeFields } from '../standard-fields/write-fields.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import type { Contact, ContactHolder } from './contact-holders.ts'

/**
 * Takes a contact from a profile that merely claims it beside better identifiers (S15). A phone that stands beside the
 * claim, as an attribute does while somebody else holds it (S22), is no part of it.
 */
export async function yieldContact(
  connection: Connection,
  workspace: Workspace,
  holder: ContactHolder,
): Promise<void> {
  await freeIdentifier(connection, workspace.id, holder)
  if (holder.kind !== 'phone') return
  const shown = await connection.query({
    name: 'shows-phone',
    text: 'select from profiles where workspace_id = $1 and id = $2 and phone = $3',
    values: [workspace.id, holder.profileId, holder.value],
  })
  if (shown.rowCount === 0) return
  await writeFields(connection, workspace, holder.profileId, { phone: null }, 'replace')
}

/**
 * Makes a contact the only one of its kind that a profile has, or leaves it none; the one before is free. A contact
 * that it has already gets a better level, if this is one. The phone's column is the caller's to write.
 *
 * @param written the contact as it was written; undefined: none
 */
export async function setContact(
  connection: Connection,
  workspace: Workspace,
  profileId: string,
  kind: Contact['kind'],
  written: string | undefined,
  level: 'proof' | 'own-word',
): Promise<void> {
  const value = written === undefined || kind === 'phone' ? written : emailKey(written)
  await connection.query({
    name: 'leave-contact',
    text: `delete from identifiers
           where workspace_id = $1 and profile_id = $2 and kind = $3 and value is distinct from $4`,
    values: [workspace.id, profileId, kind, value ?? null],
  })
  if (value !== undefined) {
    const { emailPerUnit } = workspace
    await giveIdentifier(connection, workspace.id, { kind, value, level, profileId, emailPerUnit })
  }
  await showIdentifiers(connection, workspace.id, profileId)
  if (kind === 'phone' || written === undefined) return
  await connection.query({
    name: 'spell-email',
    text: `update profiles set email = $3, updated_at = now()
           where workspace_id = $1 and id = $2 and email is distinct from $3`,
    values: [workspace.id, profileId, written],
  })
}
