import type { Connection } from '../../platform/postgres/database.ts'
import { lockAlone } from '../profiles/lock-survivor.ts'
import type { ProfilePart } from '../profiles/profile-part.ts'
import { writeFields } from '../standard-fields/write-fields.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { lockBinding } from './device-binding.ts'
import { findHeld, freeIdentifier, giveIdentifier, type Identity, showIdentifiers } from './identifiers.ts'
import { identify, namesTwoProfiles } from './identify.ts'
import { lockStanding } from './lock-standing.ts'
import type { PersonFields } from './person-fields.ts'
import type { TokenStanding } from './token-standing.ts'

/**
 * `denied`: the caller may not write (E37). `email-defined`: the profile has another e-mail, or this one is somebody
 * else's. `partner-id-defined`: the same of the partner id.
 */
export type PersonRefusal = 'denied' | 'email-defined' | 'partner-id-defined'

export interface PersonUpdate {
  readonly identity: Identity
  readonly fields: PersonFields
}

/**
 * Changes who the caller's device says it is, in place: no token is minted (E28). An anonymous device is bound by an
 * identifier; a bound one keeps its own (E59); a verified one may add what the profile lacks, as its own word (S15).
 *
 * Nothing is changed where it is refused. Run it under `retried`.
 */
export async function updatePerson(
  connection: Connection,
  workspace: Workspace,
  standing: TokenStanding,
  update: PersonUpdate,
  parts: readonly ProfilePart[],
): Promise<PersonRefusal | undefined> {
  if (standing.trust === 'verified') {
    const settled = await lockStanding(connection, workspace.id, standing, lockAlone)
    if (settled?.trust === 'verified') return await updateVerified(connection, workspace, settled, update)
  }
  const binding = await lockBinding(connection, workspace.id, standing.deviceId)
  if (!binding) return 'denied'
  if (binding.isBound) return refusalOfIdentified(binding, update)
  const { identity, fields } = update
  if (identity.email === undefined && identity.partnerUserId === undefined) {
    await writeFields(connection, workspace, binding.profileId, fields, 'replace')
    return undefined
  }
  const claim = { identity, level: 'claim', partnerFirst: false } as const
  if (await namesTwoProfiles(connection, workspace.id, claim)) return 'partner-id-defined'
  const { deviceId } = standing
  await identify(connection, workspace, { deviceId, ...claim, fields, mayRebind: true }, parts)
  return undefined
}

/** Says nothing of identifiers that this device did not give: another one is refused, whoever has it (E39). */
function refusalOfIdentified(
  given: { readonly givenEmail: string | null; readonly givenPartnerUserId: string | null },
  { identity: { email, partnerUserId }, fields }: PersonUpdate,
): PersonRefusal | undefined {
  if (Object.keys(fields).length > 0) return 'denied'
  if (email !== undefined && email !== given.givenEmail) {
    return given.givenEmail === null ? 'denied' : 'email-defined'
  }
  if (partnerUserId !== undefined && partnerUserId !== given.givenPartnerUserId) {
    return given.givenPartnerUserId === null ? 'denied' : 'partner-id-defined'
  }
  return undefined
}

/** Of a profile that is locked. */
async function updateVerified(
  connection: Connection,
  workspace: Workspace,
  { profileId }: TokenStanding,
  { identity, fields }: PersonUpdate,
): Promise<PersonRefusal | undefined> {
  const held = await findHeld(connection, workspace.id, identity)
  const { rows } = await connection.query<{ kind: string; value: string }>(
    `select kind, value from identifiers
     where workspace_id = $1 and profile_id = $2 and kind in ('email', 'customer_id', 'partner_user_id')`,
    [workspace.id, profileId],
  )
  const own = new Map(rows.map(({ kind, value }) => [kind, value]))
  const { email, partnerUserId } = identity
  const elsewhere = held.filter((holder) => holder.profileId !== profileId)

  const ownEmail = own.get('email')
  const setsEmail = email !== undefined && ownEmail !== email
  // Whoever has it, in whichever business unit: nobody may (E59).
  const emailHolders = elsewhere.filter(({ kind }) => kind === 'email')
  if (setsEmail && (ownEmail !== undefined || emailHolders.some(({ yields }) => !yields))) {
    return 'email-defined'
  }

  const ownPartnerIds = [own.get('partner_user_id'), own.get('customer_id')].filter((id) => id !== undefined)
  const setsPartnerId = partnerUserId !== undefined && !ownPartnerIds.includes(partnerUserId)
  const partnerHolders = elsewhere.filter(({ kind }) => kind !== 'email')
  if (setsPartnerId && (ownPartnerIds.length > 0 || partnerHolders.some(({ yields }) => !yields))) {
    return 'partner-id-defined'
  }

  const common = { level: 'own-word', profileId, emailPerUnit: workspace.emailPerUnit } as const
  if (setsEmail) {
    for (const claimed of emailHolders) await freeIdentifier(connection, workspace.id, claimed)
    await giveIdentifier(connection, workspace.id, { ...common, kind: 'email', value: email })
  }
  if (setsPartnerId) {
    for (const claimed of partnerHolders) await freeIdentifier(connection, workspace.id, claimed)
    await giveIdentifier(connection, workspace.id, {
      ...common,
      kind: 'partner_user_id',
      value: partnerUserId,
    })
  }
  if (setsEmail || setsPartnerId) await showIdentifiers(connection, workspace.id, profileId)
  await writeFields(connection, workspace, profileId, fields, 'replace')
  return undefined
}
