import { generateSecret, hashSecret } from '../../platform/crypto/secrets.ts'
import type { Connection, Database } from '../../platform/postgres/database.ts'
import { emailKeyOf } from '../profiles/email.ts'
import type { ProfilePart } from '../profiles/profile-part.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { giveIdentifier, showIdentifiers } from './identifiers.ts'
import { readPersonFields } from './person-fields.ts'
import type { TokenStanding } from './token-standing.ts'
import { verifyToken } from './verify-token.ts'

const goodForHours = 24

/** What a mail with a link is made of. */
interface StartedVerification {
  readonly secret: string
  readonly email: string
  /** The profile's, as it was given. */
  readonly language: string | undefined
}

/**
 * Makes the secret of a link that proves the e-mail of the caller's profile (E51). Undefined where there is no address
 * to mail to: none at all, or one that is merely claimed beside better identifiers (S14).
 */
export async function startEmailVerification(
  connection: Connection,
  workspace: Workspace,
  standing: TokenStanding,
): Promise<StartedVerification | undefined> {
  const secret = generateSecret()
  const { rows } = await connection.query<{ email: string }>({
    name: 'start-email-verification',
    // The e-mail that the profile shows, in compare form; a claim beside better identifiers is not shown.
    text: `insert into email_verifications (workspace_id, secret_hash, token_id, binding_id, profile_id, email)
           select $1, $2, $3, $4, p.id, i.value
           from profiles p
           join identifiers i on i.workspace_id = $1 and i.profile_id = p.id and i.kind = 'email'
           where p.workspace_id = $1 and p.id = $5 and ${emailKeyOf('p.email')} = i.value
           limit 1
           returning email`,
    values: [workspace.id, hashSecret(secret), standing.tokenId, standing.bindingId, standing.profileId],
  })
  const [row] = rows
  if (!row) return undefined
  const { language } = await readPersonFields(connection, workspace.id, standing.profileId)
  return { secret, email: row.email, language }
}

/** A link that is still good. */
export interface OpenVerification {
  readonly workspaceId: number
  readonly email: string
  readonly askedAt: Date
}

/** What the link of this secret asks; undefined where it is unknown, used or outdated. Changes nothing (E52). */
export async function findEmailVerification(
  database: Database,
  secret: string,
): Promise<OpenVerification | undefined> {
  return await database.asOwner(async (connection) => {
    const { rows } = await connection.query<OpenVerification>({
      name: 'find-email-verification',
      text: `select workspace_id as "workspaceId", email, created_at as "askedAt" from email_verifications
             where secret_hash = $1 and used_at is null
               and created_at > now() - make_interval(hours => ${goodForHours})`,
      values: [hashSecret(secret)],
    })
    return rows[0]
  })
}

interface VerificationRow {
  readonly token_id: string
  readonly binding_id: string
  readonly profile_id: string
  readonly email: string
  readonly level: string
}

/**
 * Follows a mailed link: the address is proved, and the token that asked is verified in place (E53). False where the
 * link is no longer good, its device stands for another profile by now, or the address is not the profile's any more.
 */
export async function finishEmailVerification(
  connection: Connection,
  workspace: Workspace,
  secret: string,
  parts: readonly ProfilePart[],
): Promise<boolean> {
  const { rows } = await connection.query<VerificationRow>({
    name: 'use-email-verification',
    text: `update email_verifications v set used_at = now()
           from access_tokens t, devices d, device_bindings b, identifiers i
           where v.workspace_id = $1 and v.secret_hash = $2 and v.used_at is null
             and v.created_at > now() - make_interval(hours => ${goodForHours})
             and t.workspace_id = $1 and t.id = v.token_id and t.deleted_at is null
             and d.workspace_id = $1 and d.id = t.device_id and d.binding_id = v.binding_id
             and b.workspace_id = $1 and b.id = v.binding_id and b.profile_id = v.profile_id
             and i.workspace_id = $1 and i.kind = 'email' and i.value = v.email and i.profile_id = v.profile_id
           returning v.token_id, v.binding_id, v.profile_id, v.email, i.level`,
    values: [workspace.id, hashSecret(secret)],
  })
  const [row] = rows
  if (!row) return false
  const proved = [`email:${row.email}`]
  await giveIdentifier(connection, workspace.id, {
    kind: 'email',
    value: row.email,
    level: 'proof',
    profileId: row.profile_id,
    emailPerUnit: workspace.emailPerUnit,
  })
  await showIdentifiers(connection, workspace.id, row.profile_id)
  if (row.level === 'claim') {
    const change = { profileId: row.profile_id, by: proved }
    for (const part of parts) await part.standingChanged?.(connection, workspace.id, [change])
  }
  await verifyToken(connection, workspace, { tokenId: row.token_id, bindingId: row.binding_id, proved })
  return true
}

/** Drops links that can no longer be followed. */
export async function dropOldVerifications(database: Database): Promise<void> {
  await database.asOwner((connection) =>
    connection.query(
      `delete from email_verifications where created_at < now() - make_interval(hours => ${goodForHours})`,
    ),
  )
}
