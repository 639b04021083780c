import { hashPassword, isPassword } from '../../platform/crypto/password-hash.ts'
import type { Connection, Database } from '../../platform/postgres/database.ts'

/** Gives a profile its one password, in place of the one it had. Whether it may be one, `isGoodPassword` says. */
export async function setPassword(
  connection: Connection,
  workspaceId: number,
  profileId: string,
  password: string,
): Promise<void> {
  await connection.query({
    name: 'set-password',
    text: `insert into passwords (workspace_id, profile_id, hash) values ($1, $2, $3)
           on conflict (workspace_id, profile_id) do update set hash = excluded.hash, set_at = clock_timestamp()`,
    values: [workspaceId, profileId, await hashPassword(password)],
  })
}

/**
 * Whether a password is a profile's. A profile without one, or none at all, takes as long as a wrong password: nobody
 * learns who is registered (L13).
 *
 * @returns where it is, the hash that it was verified by, for `keepsPassword`
 */
export async function verifyPassword(
  database: Database,
  workspaceId: number,
  profileId: string | undefined,
  password: string,
): Promise<string | undefined> {
  const hash = await database.inWorkspace(workspaceId, async (connection) => {
    const { rows } = await connection.query<{ hash: string }>({
      name: 'find-password',
      text: 'select hash from passwords where workspace_id = $1 and profile_id = $2',
      values: [workspaceId, profileId ?? null],
    })
    return rows[0]?.hash
  })
  return (await isPassword(password, hash)) ? hash : undefined
}

/**
 * Whether the password that was verified is still the profile's; it stays so until the transaction ends. Verifying
 * takes long: without this a login by the old password could come to its end after a new one had logged everybody out.
 */
export async function keepsPassword(
  connection: Connection,
  workspaceId: number,
  profileId: string,
  verifiedHash: string,
): Promise<boolean> {
  const { rowCount } = await connection.query({
    name: 'keep-password',
    text: 'select from passwords where workspace_id = $1 and profile_id = $2 and hash = $3 for share',
    values: [workspaceId, profileId, verifiedHash],
  })
  return rowCount === 1
}
