import { hashSecret } from '../../platform/crypto/secrets.ts'
import type { Connection, Database } from '../../platform/postgres/database.ts'
import { isTokenShaped } from './token-secret.ts'
import type { Trust } from './trust.ts'

/** What a token is at this moment: never kept longer than a request (E32). */
export interface TokenStanding {
  readonly tokenId: string
  readonly deviceId: string
  /** The device's binding to its profile. What a device calls its own hangs on it. */
  readonly bindingId: string
  /** The profile the device began with; merged away or not. */
  readonly deviceProfileId: string
  /** Whom the device stands for now: the profile it is bound to, else its own. */
  readonly profileId: string
  /** The same profile's number (S8). */
  readonly profileNumber: string
  /** `verified` only where this token was verified for the present binding. */
  readonly trust: Trust
  readonly expiresAt: Date
}

/** `unknown`: never given out, deleted, or of an erased profile. `expired`: told apart for a day after it (E16). */
export type TokenRefusal = 'unknown' | 'expired'

/** How long an expired token is still known as such. */
export const expiredTokensKeptHours = 48

/** Which workspace a token is of, in the whole server; undefined where it is of none (E11). */
export async function findTokenWorkspace(database: Database, token: string): Promise<number | undefined> {
  if (!isTokenShaped(token)) return undefined
  return await database.asOwner(async (connection) => {
    const { rows } = await connection.query<{ workspace_id: number }>({
      name: 'workspace-of-token',
      text: 'select workspace_id from access_tokens where secret_hash = $1 and deleted_at is null',
      values: [hashSecret(token)],
    })
    return rows[0]?.workspace_id
  })
}

interface StandingRow {
  readonly token_id: string
  readonly device_id: string
  readonly binding_id: string
  readonly device_profile_id: string
  readonly profile_id: string
  readonly number: string
  readonly is_bound: boolean
  readonly is_verified: boolean
  readonly expires_at: Date
}

const columns = `
  t.id as token_id, d.id as device_id, b.id as binding_id, p.id as profile_id, p.number::text as number,
  b.bound_at is not null as is_bound, t.verified_binding_id is not distinct from b.id as is_verified, t.expires_at,
  (select profile_id from device_bindings f where f.workspace_id = $1 and f.device_id = d.id
   order by f.started_at, f.id limit 1) as device_profile_id`

/**
 * From a token `t` on, look-ups one by one, which `limit` holds the planner to: left to join as it likes, it reads all
 * tokens of the workspace as long as it believes that they are few (measured: 160 µs a token instead of 15 where there
 * are 1,000).
 */
const lookedUp = `
  cross join lateral (select * from devices d where d.workspace_id = $1 and d.id = t.device_id limit 1) d
  cross join lateral (select * from device_bindings b where b.workspace_id = $1 and b.id = d.binding_id limit 1) b
  cross join lateral (select * from profiles p where p.workspace_id = $1 and p.id = b.profile_id limit 1) p`

/** What the token of this secret is in this workspace. */
export async function findDevice(
  connection: Connection,
  workspaceId: number,
  token: string,
  now: Date,
): Promise<TokenStanding | { readonly refusal: TokenRefusal }> {
  if (!isTokenShaped(token)) return { refusal: 'unknown' }
  const { rows } = await connection.query<StandingRow>({
    name: 'find-device',
    text: `select ${columns} from (
             select * from access_tokens
             where workspace_id = $1 and secret_hash = $2 and deleted_at is null limit 1
           ) t ${lookedUp}`,
    values: [workspaceId, hashSecret(token)],
  })
  const [row] = rows
  if (!row) return { refusal: 'unknown' }
  return row.expires_at <= now ? { refusal: 'expired' } : standingOf(row)
}

/** What the tokens of these secrets are in this workspace, expired ones too, in their order; undefined: of none. */
export async function findDevices(
  connection: Connection,
  workspaceId: number,
  tokens: readonly string[],
): Promise<readonly (TokenStanding | undefined)[]> {
  const { rows } = await connection.query<StandingRow & { readonly n: string }>({
    name: 'find-devices',
    text: findDevicesStatement,
    values: [workspaceId, tokens.map(hashSecret)],
  })
  const found: (TokenStanding | undefined)[] = tokens.map(() => undefined)
  for (const row of rows) found[Number(row.n) - 1] = standingOf(row)
  return found
}

const findDevicesStatement = `
select asked.n, ${columns}
from unnest($2::bytea[]) with ordinality as asked (secret_hash, n)
cross join lateral (
  select * from access_tokens t
  where t.workspace_id = $1 and t.secret_hash = asked.secret_hash and t.deleted_at is null limit 1
) t ${lookedUp}`

/** The same for a token that is known by its id: what it is by now, in the transaction that asks. */
export async function findStanding(
  connection: Connection,
  workspaceId: number,
  tokenId: string,
): Promise<TokenStanding | undefined> {
  const { rows } = await connection.query<StandingRow>({
    name: 'standing-of-token',
    text: `select ${columns} from (
             select * from access_tokens where workspace_id = $1 and id = $2 limit 1
           ) t ${lookedUp}`,
    values: [workspaceId, tokenId],
  })
  return rows[0] && standingOf(rows[0])
}

/** The same for one that is there for sure: the transaction has made it, or holds its profile. */
export async function standingOfToken(
  connection: Connection,
  workspaceId: number,
  tokenId: string,
): Promise<TokenStanding> {
  const standing = await findStanding(connection, workspaceId, tokenId)
  if (!standing) throw new Error('the token is gone')
  return standing
}

function standingOf(row: StandingRow): TokenStanding {
  return {
    tokenId: row.token_id,
    deviceId: row.device_id,
    bindingId: row.binding_id,
    deviceProfileId: row.device_profile_id,
    profileId: row.profile_id,
    profileNumber: row.number,
    trust: trustOf(row),
    expiresAt: row.expires_at,
  }
}

function trustOf({ is_bound, is_verified }: StandingRow): Trust {
  if (!is_bound) return 'anonymous'
  return is_verified ? 'verified' : 'identified'
}
