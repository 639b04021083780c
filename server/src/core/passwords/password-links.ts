import { generateSecret, hashSecret } from '../../platform/crypto/secrets.ts'
import type { Connection, Database } from '../../platform/postgres/database.ts'
import { giveIdentifier, showIdentifiers } from '../identity/identifiers.ts'
import { lockProfile } from '../identity/identify.ts'
import type { ProfilePart } from '../profiles/profile-part.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { setPassword } from './passwords.ts'

const goodForMinutes = 60

/**
 * Makes the secret of a link by which a profile's password is set (L64); the profile must hold the address.
 *
 * @param email in compare form
 * @returns the secret, and the profile's language for the mail
 */
export async function startPasswordLink(
  connection: Connection,
  workspaceId: number,
  { profileId, email }: { readonly profileId: string; readonly email: string },
): Promise<{ readonly secret: string; readonly language: string | null }> {
  const secret = generateSecret()
  const { rows } = await connection.query<{ language: string | null }>({
    name: 'start-password-link',
    text: `with made as (
             insert into password_links (workspace_id, secret_hash, profile_id, email) values ($1, $2, $3, $4)
           )
           select language from profiles where workspace_id = $1 and id = $3`,
    values: [workspaceId, hashSecret(secret), profileId, email],
  })
  return { secret, language: rows[0]?.language ?? null }
}

/** A link that is still good. */
export interface OpenPasswordLink {
  readonly workspaceId: number
  readonly email: string
}

const stillGood = `used_at is null and created_at > now() - make_interval(mins => ${goodForMinutes})`

/** What the link of this secret is for; undefined where it is unknown, used or outdated. Changes nothing. */
export async function findPasswordLink(
  database: Database,
  secret: string,
): Promise<OpenPasswordLink | undefined> {
  return await database.asOwner(async (connection) => {
    const { rows } = await connection.query<OpenPasswordLink>({
      name: 'find-password-link',
      text: `select workspace_id as "workspaceId", email from password_links
             where secret_hash = $1 and ${stillGood}`,
      values: [hashSecret(secret)],
    })
    return rows[0]
  })
}

/**
 * Follows a link: sets the password, and the address is proved (S13). Undefined where the link is no longer good, or
 * the address is not the profile's any more. Whoever calls logs the profile out wherever it is logged in (L64).
 *
 * @returns the profile
 */
export async function usePasswordLink(
  connection: Connection,
  workspace: Workspace,
  { secret, password }: { readonly secret: string; readonly password: string },
  parts: readonly ProfilePart[],
): Promise<string | undefined> {
  const { rows } = await connection.query<{ profile_id: string; email: string; level: string }>({
    name: 'use-password-link',
    text: `update password_links l set used_at = now()
           from identifiers i
           where l.workspace_id = $1 and l.secret_hash = $2 and ${stillGood}
             and i.workspace_id = $1 and i.kind = 'email' and i.value = l.email and i.profile_id = l.profile_id
           returning l.profile_id, l.email, i.level`,
    values: [workspace.id, hashSecret(secret)],
  })
  const [row] = rows
  if (!row) return undefined
  const { profile_id: profileId, email, level } = row
  // What its tokens have begun is over before, or finds them logged out.
  await lockProfile(connection, workspace.id, profileId)
  await giveIdentifier(connection, workspace.id, {
    kind: 'email',
    value: email,
    level: 'proof',
    profileId,
    emailPerUnit: workspace.emailPerUnit,
  })
  await showIdentifiers(connection, workspace.id, profileId)
  if (level === 'claim') {
    const change = { profileId, by: [`email:${email}`] }
    for (const part of parts) await part.standingChanged?.(connection, workspace.id, [change])
  }
  await setPassword(connection, workspace.id, profileId, password)
  await endOtherLinks(connection, workspace.id, profileId)
  return profileId
}

/** The mails before it are of no more use: whoever finds one later sets nothing. */
async function endOtherLinks(connection: Connection, workspaceId: number, profileId: string): Promise<void> {
  await connection.query({
    name: 'end-password-links',
    text: 'update password_links set used_at = now() where workspace_id = $1 and profile_id = $2 and used_at is null',
    values: [workspaceId, profileId],
  })
}

/** Drops links that can no longer be followed. */
export async function dropOldPasswordLinks(database: Database): Promise<void> {
  await database.asOwner((connection) =>
    connection.query(
      `delete from password_links where created_at < now() - make_interval(mins => ${goodForMinutes})`,
    ),
  )
}
