import { isPassword } from '../../platform/crypto/password-hash.ts'
import { hashSecret } from '../../platform/crypto/secrets.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { loginKey } from '../workspaces/operator-credentials.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { generateBearer, type Operator, operatorNamed } from './operator.ts'

export interface OperatorSession {
  readonly bearer: string
  readonly validTo: Date
  readonly operator: Operator
  /** The operator's id on wires (S8). */
  readonly number: string
}

/**
 * Checks an operator's password and opens a session of so many hours (L19). Undefined: wrong login or password, and
 * which of them nobody learns.
 */
export async function logInOperator(
  database: Database,
  workspace: Workspace,
  given: { readonly login: string; readonly password: string },
  { now, hours }: { readonly now: Date; readonly hours: number },
): Promise<OperatorSession | undefined> {
  const operator = operatorNamed(workspace, given.login)
  const stored = await findCredentials(database, workspace.id, given.login)
  const isRight = await isPassword(given.password, operator && stored?.password_hash)
  if (!isRight || !operator || !stored) return undefined
  const bearer = generateBearer()
  const validTo = new Date(now.getTime() + hours * 3_600_000)
  await database.inWorkspace(workspace.id, (connection) =>
    connection.query({
      name: 'open-operator-session',
      text: `with seen as (
               update operator_credentials set last_login_at = $4 where workspace_id = $1 and login = $3
             )
             insert into operator_sessions (workspace_id, secret_hash, login, created_at, valid_to)
             values ($1, $2, $3, $4, $5)`,
      values: [workspace.id, hashSecret(bearer), loginKey(given.login), now, validTo],
    }),
  )
  return { bearer, validTo, operator, number: stored.number }
}

async function findCredentials(
  database: Database,
  workspaceId: number,
  login: string,
): Promise<{ readonly number: string; readonly password_hash: string } | undefined> {
  return await database.inWorkspace(workspaceId, async (connection) => {
    const { rows } = await connection.query<{ number: string; password_hash: string }>({
      name: 'find-operator-credentials',
      text: `select number::text as number, password_hash from operator_credentials
             where workspace_id = $1 and login = $2`,
      values: [workspaceId, loginKey(login)],
    })
    return rows[0]
  })
}
