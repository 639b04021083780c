import type { Connection } from '../../platform/postgres/database.ts'
import type { ProfilePart } from '../profiles/profile-part.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { createDevice, createToken, type NewToken, tokenSeconds } from './create-device.ts'
import { readBinding, rebind } from './device-binding.ts'
import { giveIdentifier, identifiersOf, showIdentifiers } from './identifiers.ts'
import type { TokenStanding } from './token-standing.ts'
import { verifyToken } from './verify-token.ts'

/**
 * The company's back end says that a consumer is who it claims (E54): its token is verified, and what its device
 * claimed is proved. False where the device is bound to nobody.
 */
export async function authorizeConsumer(
  connection: Connection,
  workspace: Workspace,
  standing: TokenStanding,
  parts: readonly ProfilePart[],
): Promise<boolean> {
  if (standing.trust === 'anonymous') return false
  const binding = await readBinding(connection, workspace.id, standing.bindingId)
  if (!binding) return false
  const { profileId, givenEmail, givenPartnerUserId } = binding
  const given = (await identifiersOf(connection, workspace.id, profileId)).filter(
    ({ kind, value }) =>
      (kind === 'email' && value === givenEmail) ||
      ((kind === 'partner_user_id' || kind === 'customer_id') && value === givenPartnerUserId),
  )
  for (const { kind, value, level } of given) {
    if (level === 'proof') continue
    await giveIdentifier(connection, workspace.id, {
      kind: kind as 'email' | 'partner_user_id' | 'customer_id',
      value,
      level: 'proof',
      profileId,
      emailPerUnit: workspace.emailPerUnit,
    })
  }
  const proved = given.map(({ kind, value }) => `${kind}:${value}`)
  if (given.some(({ level }) => level === 'claim')) {
    for (const part of parts)
      await part.standingChanged?.(connection, workspace.id, [{ profileId, by: proved }])
  }
  await showIdentifiers(connection, workspace.id, profileId)
  const { tokenId, bindingId } = standing
  await verifyToken(connection, workspace, { tokenId, bindingId, proved })
  return true
}

/** A new verified token on a new device for a profile that the company's back end names by number (S9 included). */
export async function createVerifiedToken(
  connection: Connection,
  workspace: Workspace,
  profileNumber: string,
  now: Date,
): Promise<NewToken | undefined> {
  const { rows } = await connection.query<{ id: string }>({
    name: 'lock-profile-by-number',
    // In a subselect of its own, as `lockSurvivor` says.
    text: `select id from profiles where workspace_id = $1 and id = (select coalesce(
             (select id from profiles where workspace_id = $1 and number = $2),
             (select survivor_id from merged_profiles where workspace_id = $1 and number = $2)
           )) for update`,
    values: [workspace.id, profileNumber],
  })
  const [profile] = rows
  if (!profile) return undefined
  const deviceId = await createDevice(connection, workspace.id)
  const bindingId = await rebind(connection, workspace.id, deviceId, profile.id)
  const made = await createToken(connection, workspace.id, deviceId, { seconds: tokenSeconds, now })
  await verifyToken(connection, workspace, { tokenId: made.tokenId, bindingId, proved: [] })
  return made
}
