import type { Connection } from '../../platform/postgres/database.ts'
import { type ConsentSource, type ConsentValue, setConsents } from '../consents/consents.ts'
import { lockProfile } from '../identity/identify.ts'
import type { ProfileRef } from '../profiles/known-profiles.ts'
import { writeFields } from '../standard-fields/write-fields.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { findContactHolders, holderNamed } from './contact-holders.ts'
import { createKnownProfile } from './create-known-profile.ts'
import { contactsOf } from './register-profile.ts'

export interface NewsletterSignUp {
  /** One of them; the e-mail as it was written, the phone in compare form. */
  readonly contact: { readonly email: string } | { readonly phone: string }
  /** Anybody may sign up an address: without a back end it is a mere claim (S13). */
  readonly level: 'proof' | 'claim'
  readonly consents: readonly { readonly consentId: string; readonly value: ConsentValue }[]
  readonly consentSource: ConsentSource
  /** Of a new profile. */
  readonly language: string
}

/**
 * Signs a contact up (L73). A known one is given the consents of value 1 and nothing else of it changes; an unknown one
 * becomes a profile of its own. The caller must not tell which, and runs it under `retried`.
 */
export async function signUpForNewsletter(
  connection: Connection,
  workspace: Workspace,
  signUp: NewsletterSignUp,
): Promise<ProfileRef & { readonly isNew: boolean }> {
  const { level, consentSource, language } = signUp
  const contact = { email: undefined, phone: undefined, ...signUp.contact }
  const holders = await findContactHolders(connection, workspace.id, contactsOf(contact.email, contact.phone))
  const known = holderNamed(holders, workspace)
  // What they consent to is the survivor's, if they are merged away at this moment.
  if (known) await lockProfile(connection, workspace.id, known.profileId)
  const profile =
    known ??
    (await createKnownProfile(connection, workspace, {
      email: contact.email ?? null,
      phone: contact.phone ?? null,
      level,
    }))
  const { profileId, number } = profile
  if (!known) {
    const phone = contact.phone === undefined ? {} : { phone: contact.phone }
    await writeFields(connection, workspace, profileId, { language, ...phone }, 'replace')
  }
  const consents = known ? signUp.consents.filter(({ value }) => value === 1) : signUp.consents
  await setConsents(connection, workspace.id, profileId, consents, consentSource)
  return { profileId, number, isNew: !known }
}
