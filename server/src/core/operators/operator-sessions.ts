import { hashSecret } from '../../platform/crypto/secrets.ts'
import type { Connection, Database } from '../../platform/postgres/database.ts'
import { loginKey } from '../workspaces/operator-credentials.ts'
import { isBearerShaped } from './operator.ts'

export interface FoundSession {
  readonly workspaceId: number
  readonly login: string
  readonly validTo: Date
}

/** The sessions of these bearers, on the whole server, by bearer; whether one is over, its `validTo` says (L20). */
export async function findOperatorSessions(
  connection: Connection,
  bearers: readonly string[],
): Promise<ReadonlyMap<string, FoundSession>> {
  const bearerOfHash = new Map(
    bearers.filter(isBearerShaped).map((bearer) => [hashSecret(bearer).toString('hex'), bearer]),
  )
  if (bearerOfHash.size === 0) return new Map()
  const { rows } = await connection.query<FoundSession & { hash: string }>({
    name: 'find-operator-sessions',
    text: `select encode(secret_hash, 'hex') as hash, workspace_id as "workspaceId", login, valid_to as "validTo"
           from operator_sessions where secret_hash = any ($1::bytea[])`,
    values: [[...bearerOfHash.keys()].map((hash) => Buffer.from(hash, 'hex'))],
  })
  return new Map(rows.map(({ hash, ...session }) => [bearerOfHash.get(hash) ?? '', session]))
}

/** Ends an operator's own session at once; somebody else's stays (L20). */
export async function endOperatorSession(
  connection: Connection,
  workspaceId: number,
  login: string,
  bearer: string,
): Promise<void> {
  await connection.query({
    name: 'end-operator-session',
    text: 'delete from operator_sessions where workspace_id = $1 and secret_hash = $2 and login = $3',
    values: [workspaceId, hashSecret(bearer), loginKey(login)],
  })
}

/** Drops sessions that are over. */
export async function dropOldOperatorSessions(database: Database): Promise<void> {
  await database.asOwner((connection) =>
    connection.query('delete from operator_sessions where valid_to < now()'),
  )
}
