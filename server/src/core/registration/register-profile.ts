import type { Connection } from '../../platform/postgres/database.ts'
import { type ConsentSource, type ConsentValue, setConsents } from '../consents/consents.ts'
import { lockProfile, ProfileGone } from '../identity/identify.ts'
import { emailKey } from '../profiles/email.ts'
import type { ProfileRef } from '../profiles/known-profiles.ts'
import type { ProfilePart } from '../profiles/profile-part.ts'
import { attributeAtRegistration, findLiveShareCode } from '../referral/attribute-at-registration.ts'
import type { FieldChanges } from '../standard-fields/standard-fields.ts'
import { writeFields } from '../standard-fields/write-fields.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import {
  type Contact,
  type ContactHolder,
  findContactHolders,
  holdersInTheWay,
  standingOf,
} from './contact-holders.ts'
import { createKnownProfile } from './create-known-profile.ts'
import { setContact, yieldContact } from './take-contacts.ts'

export interface Registration {
  /** Whose word it is: a back end's, or the person's own (S13). */
  readonly level: 'proof' | 'own-word'
  /** As it was written. */
  readonly email: string | undefined
  /** The phone among them, in compare form, becomes the identifier. */
  readonly fields: FieldChanges
  readonly consents: readonly { readonly consentId: string; readonly value: ConsentValue }[]
  readonly consentSource: ConsentSource
  /** A share code that the person was brought by. */
  readonly referralCode?: string | undefined
  readonly at: Date
}

/** Each is one that its field's owner has already; a code of no live campaign, or the person's own. */
export type RegistrationRefusal = 'email-taken' | 'phone-taken' | 'unknown-referral-code'

/**
 * Registers somebody: a profile of the API's business unit, with its identifiers at the caller's level, its fields,
 * consents and referral (L61, L68–L70). By proof a profile that has nothing but claims is taken over (S15) and keeps
 * its ids; against own word it stands.
 *
 * Runs in the caller's transaction, which attaches what other nouns keep of a new customer, under `retried`. Where it
 * refuses, everything that is wrong is told and nothing is changed.
 */
export async function registerProfile(
  connection: Connection,
  workspace: Workspace,
  registration: Registration,
  parts: readonly ProfilePart[],
): Promise<ProfileRef | { readonly refusals: readonly RegistrationRefusal[] }> {
  const { level, email, fields, referralCode, at } = registration
  const contacts = contactsOf(email, fields.phone ?? undefined)
  const inTheWay = holdersInTheWay(
    await findContactHolders(connection, workspace.id, contacts),
    workspace,
    workspace.settings.carecloud.businessUnit,
  )
  const decided = inTheWay.map((holder) => ({ holder, standing: standingOf(holder, level) }))
  const takenOver = decided
    .toSorted((one, other) => rank(one.holder) - rank(other.holder))
    .find(({ standing }) => standing === 'is-taken-over')?.holder
  const taken = decided.filter(
    ({ holder, standing }) => standing !== 'yields' && holder.profileId !== takenOver?.profileId,
  )
  const refusals: RegistrationRefusal[] = [...new Set(taken.map(({ holder }) => refusalOf[holder.kind]))]
  if (referralCode !== undefined && !(await findLiveShareCode(connection, workspace, referralCode, at))) {
    refusals.push('unknown-referral-code')
  }
  if (refusals.length > 0) return { refusals }

  if (takenOver && referralCode !== undefined) {
    const friend = { friendId: takenOver.profileId, code: referralCode, at }
    if (await attributeAtRegistration(connection, workspace, friend))
      return { refusals: ['unknown-referral-code'] }
  }
  for (const { holder, standing } of decided) {
    if (standing === 'yields') await yieldContact(connection, workspace, holder)
  }
  const profile = takenOver
    ? await takeOver(connection, workspace, takenOver, registration, parts)
    : await createKnownProfile(connection, workspace, {
        email: email ?? null,
        phone: fields.phone ?? null,
        level,
      })
  const byDefault = { language: workspace.settings.defaultLanguage }
  const given = takenOver ? fields : { ...byDefault, ...fields }
  await writeFields(connection, workspace, profile.profileId, given, 'replace')
  // Who is taken over keeps the language in which they came.
  if (takenOver) await writeFields(connection, workspace, profile.profileId, byDefault, 'fill')
  const { consents, consentSource } = registration
  await setConsents(connection, workspace.id, profile.profileId, consents, sourceOf(consentSource, profile))
  if (!takenOver && referralCode !== undefined) {
    await attributeAtRegistration(connection, workspace, {
      friendId: profile.profileId,
      code: referralCode,
      at,
    })
  }
  return profile
}

/** The stronger identifier decides who is taken over (S18). */
function rank({ kind }: ContactHolder): number {
  return kind === 'email' ? 0 : 1
}

/** What is said of a contact that somebody else has. */
export const refusalOf = {
  email: 'email-taken',
  phone: 'phone-taken',
} as const satisfies Record<Contact['kind'], RegistrationRefusal>

/** Who registers themselves gave the consents themselves. */
function sourceOf(source: ConsentSource, { number }: ProfileRef): ConsentSource {
  return source.actorKind === 'customer' && source.actor === null ? { ...source, actor: number } : source
}

export function contactsOf(email: string | undefined, phone: string | undefined): readonly Contact[] {
  return [
    ...(email === undefined ? [] : [{ kind: 'email', value: emailKey(email) } as const]),
    ...(phone === undefined ? [] : [{ kind: 'phone', value: phone } as const]),
  ]
}

/** What was claimed is proved now, and the profile is one of the API's business unit if it was of none. */
async function takeOver(
  connection: Connection,
  workspace: Workspace,
  { profileId, number }: ContactHolder,
  { email, fields, level }: Registration,
  parts: readonly ProfilePart[],
): Promise<ProfileRef> {
  await lockProfile(connection, workspace.id, profileId)
  // Whoever held the lock before may have proved it: then it is nobody's to take over, and all is decided anew.
  const proved = await connection.query({
    name: 'proved-meanwhile',
    text: `select from identifiers where workspace_id = $1 and profile_id = $2 and level <> 'claim' limit 1`,
    values: [workspace.id, profileId],
  })
  if (proved.rowCount !== 0) throw new ProfileGone()
  await connection.query({
    name: 'join-business-unit',
    text: `with joined as (
             update profiles set business_unit = $3, updated_at = now()
             where workspace_id = $1 and id = $2 and business_unit is null and $3::text is not null
             returning id
           )
           update identifiers i set scope = lower($3::text collate "und-x-icu") collate "C" from joined
           where i.workspace_id = $1 and i.profile_id = joined.id and i.kind = 'email' and $4`,
    values: [workspace.id, profileId, workspace.settings.carecloud.businessUnit, workspace.emailPerUnit],
  })
  const phone = fields.phone ?? undefined
  if (email !== undefined) await setContact(connection, workspace, profileId, 'email', email, level)
  if (phone !== undefined) await setContact(connection, workspace, profileId, 'phone', phone, level)
  await connection.query({
    name: 'tell-taken-over',
    text: `insert into profile_changes (workspace_id, profile_ids, kinds) values ($1, array[$2]::uuid[], '{updated}')`,
    values: [workspace.id, profileId],
  })
  const by = contactsOf(email, phone).map(({ kind, value }) => `${kind}:${value}`)
  for (const part of parts) await part.standingChanged?.(connection, workspace.id, [{ profileId, by }])
  return { profileId, number }
}
