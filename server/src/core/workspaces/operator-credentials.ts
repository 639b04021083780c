import { hash } from 'node:crypto'
import { encrypt } from '../../platform/crypto/encrypt.ts'
import { hashPassword, isPassword } from '../../platform/crypto/password-hash.ts'
import { generateSecret } from '../../platform/crypto/secrets.ts'
import type { Connection } from '../../platform/postgres/database.ts'
import { type AppliedSecrets, type GeneratedSecret, secretOfWorkspace } from './applied-secrets.ts'
import type { Operators } from './file/sections/keys.ts'

/** The form in which logins are compared. */
export function loginKey(login: string): string {
  return login.toLowerCase()
}

/** What the legacy material of a login is encrypted for. */
export function legacyPurpose(login: string): string {
  return `tessera legacy basic ${loginKey(login)}`
}

/**
 * Makes the passwords of the workspace's operators those of its file: who takes an operator out of the file ends it,
 * and a new password ends the sessions there are. A password that the file leaves out is generated once, and given
 * back to be shown. With `legacy` is kept, encrypted, what Basic credentials are checked by (L21).
 */
export async function applyOperators(
  connection: Connection,
  workspaceId: number,
  operators: Operators,
  { legacy }: { readonly legacy: boolean },
): Promise<AppliedSecrets> {
  const changes: string[] = []
  const generated: GeneratedSecret[] = []
  const { rows: stored } = await connection.query<{
    login: string
    password_hash: string
    has_legacy: boolean
  }>(
    `select login, password_hash, legacy_material is not null as has_legacy from operator_credentials
     where workspace_id = $1`,
    [workspaceId],
  )
  const logins = operators.map(({ login }) => loginKey(login))
  const gone = stored.map(({ login }) => login).filter((login) => !logins.includes(login))
  await endOperators(connection, workspaceId, gone)
  changes.push(...gone.map((login) => `- operator ${login}`))

  for (const { login, password: given } of operators) {
    const before = stored.find((one) => one.login === loginKey(login))
    const isSame = before && (given === undefined || (await isPassword(given, before.password_hash)))
    // Only the password itself can tell what Basic credentials are checked by.
    const isComplete = before?.has_legacy === legacy || (legacy && given === undefined)
    if (isSame && isComplete) continue
    const password = given ?? (before ? undefined : generateSecret())
    await storeCredentials(connection, workspaceId, login, { password, legacy, endsSessions: !isSame })
    if (!isSame) changes.push(`${before ? '~' : '+'} operator ${login}`)
    if (given === undefined && password !== undefined) {
      generated.push({ name: login, kind: 'operator', secret: password })
    }
  }
  return { changes, generated }
}

async function storeCredentials(
  connection: Connection,
  workspaceId: number,
  login: string,
  wanted: { readonly password: string | undefined; readonly legacy: boolean; readonly endsSessions: boolean },
): Promise<void> {
  const { password, legacy, endsSessions } = wanted
  if (password === undefined) {
    await connection.query(
      'update operator_credentials set legacy_material = null where workspace_id = $1 and login = $2',
      [workspaceId, loginKey(login)],
    )
    return
  }
  const material = legacy
    ? encrypt(
        hash('md5', password, 'hex'),
        await secretOfWorkspace(connection, workspaceId),
        legacyPurpose(login),
      )
    : null
  await connection.query(
    `insert into operator_credentials (workspace_id, login, password_hash, legacy_material)
     values ($1, $2, $3, $4)
     on conflict (workspace_id, login) do update
       set password_hash = excluded.password_hash, legacy_material = excluded.legacy_material`,
    [workspaceId, loginKey(login), await hashPassword(password), material],
  )
  if (endsSessions) await endSessions(connection, workspaceId, [loginKey(login)])
}

async function endOperators(
  connection: Connection,
  workspaceId: number,
  logins: readonly string[],
): Promise<void> {
  if (logins.length === 0) return
  await endSessions(connection, workspaceId, logins)
  await connection.query('delete from operator_credentials where workspace_id = $1 and login = any ($2)', [
    workspaceId,
    logins,
  ])
}

async function endSessions(
  connection: Connection,
  workspaceId: number,
  logins: readonly string[],
): Promise<void> {
  await connection.query('delete from operator_sessions where workspace_id = $1 and login = any ($2)', [
    workspaceId,
    logins,
  ])
}
