import type { Connection } from '../../platform/postgres/database.ts'
import { lockToMerge } from '../profiles/lock-survivor.ts'
import type { ProfilePart } from '../profiles/profile-part.ts'
import { writeFields } from '../standard-fields/write-fields.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { type DeviceBinding, lockBinding, noteGiven, rebind } from './device-binding.ts'
import {
  findHeld,
  freeIdentifier,
  giveIdentifier,
  type HeldIdentifier,
  holderOfEmail,
  holderOfPartnerId,
  type Identity,
  showIdentifiers,
} from './identifiers.ts'
import { mergeProfiles } from './merge-profiles.ts'
import { copyParametersToDevice } from './parameters.ts'
import { type PersonFields, readPersonFields } from './person-fields.ts'

/** What a device says, or proves, about who uses it. */
export interface Identification {
  readonly deviceId: string
  /** One identifier at least; the e-mail in compare form. */
  readonly identity: Identity
  /** `claim`: anybody may say so. `proof`: the company's word (S13). */
  readonly level: 'claim' | 'proof'
  /** A JWT's partner id that somebody has goes before its e-mail, else the e-mail decides (E24). */
  readonly partnerFirst: boolean
  /** Names and the like that came along. */
  readonly fields: PersonFields
  /** Whether a bound device may become somebody else's (E33). */
  readonly mayRebind: boolean
}

export interface Identified {
  readonly profileId: string
  readonly bindingId: string
  /** `bound`: an anonymous device has a known profile now. `rebound`: the device is another profile's now. */
  readonly change: 'none' | 'bound' | 'rebound'
}

/** The second identifier is another profile's than the first: what comes of that is the API's to say (E27). */
interface Decision {
  /** The known profile meant; undefined: nobody is known. */
  readonly profileId: string | undefined
  /** Who holds the identifier that did not decide, if that is somebody else. */
  readonly secondElsewhere: boolean
}

/**
 * Binds a device to the profile that the identifiers name (E24–E33, S7–S18). An anonymous device's profile becomes
 * that profile where nobody is known, and is merged into it where somebody is. A claim is taken as such; proof takes
 * over a profile that merely claims, and takes a claim away from one that has better identifiers (S15).
 *
 * Runs in the caller's transaction, and fails with a unique violation or a deadlock where another writer took an
 * identifier meanwhile: it is to be run again (`retried`). Tokens are the caller's to mint.
 *
 * @returns undefined where the device is gone, or stands for somebody else and may not be rebound: nothing is changed
 */
export async function identify(
  connection: Connection,
  workspace: Workspace,
  identification: Identification,
  parts: readonly ProfilePart[],
): Promise<Identified | undefined> {
  const { deviceId, identity, level, fields } = identification
  const binding = await lockBinding(connection, workspace.id, deviceId)
  if (!binding) return undefined
  const held = await findHeld(connection, workspace.id, identity)
  const { profileId: known } = decide(held, identification)

  const isSame = known === binding.profileId && binding.isBound
  // Nothing that was said holds for whom the device stands for: not its names, and above all not its proof.
  if (!isSame && binding.isBound && !identification.mayRebind) return undefined
  // Also the one that the device leaves: what is being written to it moves as a whole, or comes after.
  await lockProfiles(connection, workspace.id, [
    ...(known === undefined ? [] : [known]),
    ...(binding.isBound ? [] : [binding.profileId]),
  ])

  const target =
    known ?? (binding.isBound ? await createProfile(connection, workspace.id) : binding.profileId)
  const bindingId =
    isSame || !binding.isBound ? binding.id : await rebind(connection, workspace.id, deviceId, target)
  if (!binding.isBound) await leaveAnonymity(connection, workspace, binding, target, parts)
  await takeIdentifiers(
    connection,
    workspace,
    { ...identification, held, target, isNew: known === undefined },
    parts,
  )

  const isWritten = known === undefined || level === 'proof'
  if (isWritten) await writeFields(connection, workspace, target, fields, 'replace')
  await noteGiven(connection, workspace.id, bindingId, { ...identity, fields })
  return { profileId: target, bindingId, change: isSame ? 'none' : binding.isBound ? 'rebound' : 'bound' }
}

/** Whether the two identifiers of a caller name two profiles (E27); asked before anything is changed. */
export async function namesTwoProfiles(
  connection: Connection,
  workspaceId: number,
  naming: Naming,
): Promise<boolean> {
  return decide(await findHeld(connection, workspaceId, naming.identity), naming).secondElsewhere
}

type Naming = Pick<Identification, 'identity' | 'level' | 'partnerFirst'>

/** Who is meant (E24). */
function decide(held: readonly HeldIdentifier[], { identity, level, partnerFirst }: Naming): Decision {
  const byPartner = holderOfPartnerId(held)
  const byEmail = holderOfEmail(held)
  // What yields to proof names nobody to it, unless a better identifier of the same call names the same profile.
  const counts = (holder: HeldIdentifier | undefined, other: HeldIdentifier | undefined) =>
    holder &&
    (level === 'claim' || !holder.yields || (other?.profileId === holder.profileId && !other.yields))
      ? holder.profileId
      : undefined
  const partner = counts(byPartner, byEmail)
  const email = counts(byEmail, byPartner)
  const emailFirst = identity.email !== undefined && !(partnerFirst && partner !== undefined)
  const [first, second] = emailFirst ? [email, partner] : [partner, email]
  return { profileId: first, secondElsewhere: second !== undefined && second !== first }
}

/** Locks a profile's row until the transaction ends; fails with `ProfileGone` where there is none any more. */
export async function lockProfile(
  connection: Connection,
  workspaceId: number,
  profileId: string,
): Promise<void> {
  await lockProfiles(connection, workspaceId, [profileId])
}

async function lockProfiles(
  connection: Connection,
  workspaceId: number,
  profileIds: readonly string[],
): Promise<void> {
  const named = new Set(profileIds)
  if ((await lockToMerge(connection, workspaceId, [...named])) !== named.size) throw new ProfileGone()
}

/** The profile that an identifier named was deleted or merged before it could be locked: look again. */
export class ProfileGone extends Error {
  override readonly name = 'ProfileGone'
}

async function createProfile(connection: Connection, workspaceId: number): Promise<string> {
  const { rows } = await connection.query<{ id: string }>({
    name: 'create-profile',
    text: 'insert into profiles (workspace_id, id) values ($1, gen_random_uuid()) returning id',
    values: [workspaceId],
  })
  const [row] = rows
  if (!row) throw new Error('the database gave no row for a new profile')
  return row.id
}

/** The journey passes to a known profile, and what is said of the person stays with the device (E26). */
async function leaveAnonymity(
  connection: Connection,
  workspace: Workspace,
  binding: DeviceBinding,
  target: string,
  parts: readonly ProfilePart[],
): Promise<void> {
  const isMerged = target !== binding.profileId
  const { profileId, id } = binding
  await copyParametersToDevice(connection, workspace.id, profileId, id, { keep: !isMerged })
  const own = await readPersonFields(connection, workspace.id, profileId)
  await noteGiven(connection, workspace.id, id, { fields: own })
  if (!isMerged) return
  const merge = { from: profileId, into: target, cause: 'identified', keepsData: false } as const
  await mergeProfiles(connection, workspace, merge, parts)
}

/** Gives the profile the identifiers of the call that it can have, at the level they were brought by. */
async function takeIdentifiers(
  connection: Connection,
  workspace: Workspace,
  taking: Identification & {
    readonly held: readonly HeldIdentifier[]
    readonly target: string
    readonly isNew: boolean
  },
  parts: readonly ProfilePart[],
): Promise<void> {
  const { identity, level, held, target, isNew } = taking
  // A claim adds nothing to a profile that existed (E27); it names it, and that is all.
  if (level === 'claim' && !isNew) return
  const own = await ownKinds(connection, workspace.id, target)
  let hasNewCustomerId = false

  for (const [kind, value] of wanted(identity, level)) {
    if (own.has(kind) && own.get(kind) !== value) continue
    const elsewhere = own.has(kind) ? [] : holdersElsewhere(held, kind, taking)
    if (elsewhere.some(({ yields }) => !(level === 'proof' && yields))) continue
    // The customer_id of somebody else is that person's partner id (S12).
    if (
      kind === 'partner_user_id' &&
      held.some((one) => one.kind === 'customer_id' && one.profileId !== target && !one.yields)
    ) {
      continue
    }
    for (const holder of elsewhere) await freeIdentifier(connection, workspace.id, holder)
    if (kind === 'customer_id' && !own.has(kind)) hasNewCustomerId = true
    await giveIdentifier(connection, workspace.id, {
      kind,
      value,
      level,
      profileId: target,
      emailPerUnit: workspace.emailPerUnit,
    })
  }
  await showIdentifiers(connection, workspace.id, target)
  if (isNew) await tellChange(connection, workspace.id, target)
  const isTakenOver =
    level === 'proof' && !isNew && held.some((one) => one.profileId === target && one.level === 'claim')
  if (!hasNewCustomerId && !isTakenOver) return
  const change = { profileId: target, by: provedBy(identity) }
  for (const part of parts) await part.standingChanged?.(connection, workspace.id, [change])
}

/**
 * Who else has an identifier that a profile is to get. Of an e-mail that several people have, each in a business unit of
 * their own, nobody is meant, and a new profile without unit has it too (E25); one that exists does not get it (E46).
 */
function holdersElsewhere(
  held: readonly HeldIdentifier[],
  kind: HeldIdentifier['kind'],
  { target, isNew }: { readonly target: string; readonly isNew: boolean },
): readonly HeldIdentifier[] {
  const meant = holderOfEmail(held)
  return held.filter(
    (holder) =>
      holder.kind === kind && holder.profileId !== target && (kind !== 'email' || !isNew || holder === meant),
  )
}

/** A partner id that the company itself brings is its customer id (S12). */
function wanted(
  { email, partnerUserId }: Identity,
  level: 'claim' | 'proof',
): readonly (readonly [HeldIdentifier['kind'], string])[] {
  return [
    ...(partnerUserId === undefined || level === 'claim' ? [] : [['customer_id', partnerUserId] as const]),
    ...(partnerUserId === undefined ? [] : [['partner_user_id', partnerUserId] as const]),
    ...(email === undefined ? [] : [['email', email] as const]),
  ]
}

/** The identifiers of an identity as a token notes what it proved. */
export function provedBy({ email, partnerUserId }: Identity): readonly string[] {
  return [
    ...(email === undefined ? [] : [`email:${email}`]),
    ...(partnerUserId === undefined
      ? []
      : [`customer_id:${partnerUserId}`, `partner_user_id:${partnerUserId}`]),
  ]
}

async function ownKinds(
  connection: Connection,
  workspaceId: number,
  profileId: string,
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await connection.query<{ kind: string; value: string }>({
    name: 'own-kinds',
    text: 'select kind, value from identifiers where workspace_id = $1 and profile_id = $2',
    values: [workspaceId, profileId],
  })
  return new Map(rows.map(({ kind, value }) => [kind, value]))
}

/** Segments and exchange learn of a profile when it becomes known; of anonymous ones nobody is told. */
async function tellChange(connection: Connection, workspaceId: number, profileId: string): Promise<void> {
  await connection.query({
    name: 'tell-known-profile',
    text: `insert into profile_changes (workspace_id, profile_ids, kinds) values ($1, array[$2]::uuid[], '{created}')`,
    values: [workspaceId, profileId],
  })
}
