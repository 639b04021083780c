import type { Connection } from '../../platform/postgres/database.ts'
import { type ConsentSource, type ConsentValue, setConsents } from '../consents/consents.ts'
import type { FieldChanges } from '../standard-fields/standard-fields.ts'
import { writeFields } from '../standard-fields/write-fields.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { findContactHolders, holdersInTheWay, standingOf } from './contact-holders.ts'
import { contactsOf, refusalOf } from './register-profile.ts'
import { setContact, yieldContact } from './take-contacts.ts'

export interface ProfileUpdate {
  readonly level: 'proof' | 'own-word'
  /** As it was written; null: it is to have none; undefined: it stays. */
  readonly email: string | null | undefined
  /** What is absent stays, null clears. */
  readonly fields: FieldChanges
  readonly consents: readonly { readonly consentId: string; readonly value: ConsentValue }[]
  readonly consentSource: ConsentSource
}

/** `gone`: the profile ended, or was merged away, meanwhile. */
export type UpdateRefusal = 'email-taken' | 'phone-taken' | 'gone'

/**
 * Changes what is said of a profile, its e-mail and its phone (L61, L71). A contact that another profile has is
 * refused, but a claim of one with better identifiers yields (S15). A phone that stays is never refused: it may have
 * come as an attribute while somebody else held it (S22); where nobody else does, it is brought at the caller's level.
 *
 * Runs in the caller's transaction, under `retried`. Where it refuses nothing is changed.
 */
export async function updateProfile(
  connection: Connection,
  workspace: Workspace,
  profileId: string,
  update: ProfileUpdate,
): Promise<{ readonly refusals: readonly UpdateRefusal[] } | undefined> {
  const { level, email, fields } = update
  const { rows } = await connection.query<{ business_unit: string | null; phone: string | null }>({
    name: 'lock-updated-profile',
    text: 'select business_unit, phone from profiles where workspace_id = $1 and id = $2 for update',
    values: [workspace.id, profileId],
  })
  const [stored] = rows
  if (!stored) return { refusals: ['gone'] }
  const holders = await findContactHolders(
    connection,
    workspace.id,
    contactsOf(email ?? undefined, fields.phone ?? undefined),
  )
  const others = holdersInTheWay(holders, workspace, stored.business_unit).filter(
    (holder) => holder.profileId !== profileId,
  )
  const yielding = others.filter((holder) => standingOf(holder, level) === 'yields')
  const taken = new Set(others.filter((holder) => !yielding.includes(holder)).map(({ kind }) => kind))
  const phone = fields.phone === stored.phone && taken.delete('phone') ? undefined : fields.phone
  if (taken.size > 0) return { refusals: [...taken].map((kind) => refusalOf[kind]) }

  for (const holder of yielding) await yieldContact(connection, workspace, holder)
  if (email !== undefined) {
    await setContact(connection, workspace, profileId, 'email', email ?? undefined, level)
  }
  if (phone !== undefined) {
    await setContact(connection, workspace, profileId, 'phone', phone ?? undefined, level)
  }
  await writeFields(connection, workspace, profileId, fields, 'replace')
  await setConsents(connection, workspace.id, profileId, update.consents, update.consentSource)
  await tellUpdate(connection, workspace.id, profileId)
  return undefined
}

/** The identifiers are told of here: who writes fields and consents tells of those. */
async function tellUpdate(connection: Connection, workspaceId: number, profileId: string): Promise<void> {
  await connection.query({
    name: 'tell-update',
    text: `insert into profile_changes (workspace_id, profile_ids, kinds) values ($1, array[$2]::uuid[], '{updated}')`,
    values: [workspaceId, profileId],
  })
}
