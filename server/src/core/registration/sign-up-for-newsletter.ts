import type { Connection } from '../../platform/postgres/database.ts'
import { type ConsentSource, type ConsentValue, setConsents } from '../consents/consents.ts'
import { lockProfile } from '../identity/identify.ts'
import type { ProfileRef } from '../profiles/known-profiles.ts'
import { writeFields } from '../standard-fields/write-fields.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import {
  type ContactHolder,
  findContactHolders,
  holderNamed,
  holdersInTheWay,
  standingOf,
} from './contact-holders.ts'
import { createKnownProfile } from './create-known-profile.ts'
import { contactsOf } from './register-profile.ts'
import { yieldContact } from './take-contacts.ts'

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
 * becomes a profile of its own; so does one that somebody merely claims beside better identifiers, where a back end
 * brings it (S15): what its owner consents to would be a stranger's. The caller must not tell which, and runs it under
 * `retried`.
 */
export async function signUpForNewsletter(
  connection: Connection,
  workspace: Workspace,
  signUp: NewsletterSignUp,
): Promise<ProfileRef & { readonly isNew: boolean }> {
  const { level, consentSource } = signUp
  const { email, phone } = contactOf(signUp)
  const holders = await findContactHolders(connection, workspace.id, contactsOf(email, phone))
  const yielding = level === 'proof' ? holders.filter((holder) => standingOf(holder, level) === 'yields') : []
  const known = holderNamed(
    holders.filter((holder) => !yielding.includes(holder)),
    workspace,
  )
  // What they consent to is the survivor's, if they are merged away at this moment.
  if (known) await lockProfile(connection, workspace.id, known.profileId)
  const { profileId, number } = known ?? (await createSubscriber(connection, workspace, signUp, yielding))
  const consents = known ? signUp.consents.filter(({ value }) => value === 1) : signUp.consents
  await setConsents(connection, workspace.id, profileId, consents, consentSource)
  return { profileId, number, isNew: !known }
}

async function createSubscriber(
  connection: Connection,
  workspace: Workspace,
  signUp: NewsletterSignUp,
  yielding: readonly ContactHolder[],
): Promise<ProfileRef> {
  for (const holder of holdersInTheWay(yielding, workspace, workspace.settings.carecloud.businessUnit)) {
    await yieldContact(connection, workspace, holder)
  }
  const { email = null, phone = null } = contactOf(signUp)
  const { level, language } = signUp
  const subscriber = await createKnownProfile(connection, workspace, { email, phone, level })
  await writeFields(connection, workspace, subscriber.profileId, { language, phone }, 'replace')
  return subscriber
}

function contactOf({ contact }: NewsletterSignUp): {
  readonly email?: string | undefined
  readonly phone?: string | undefined
} {
  return contact
}
