import { hashSecret } from '../../platform/crypto/secrets.ts'
import type { Connection } from '../../platform/postgres/database.ts'
import { generateToken } from './token-secret.ts'
import type { TokenStanding } from './token-standing.ts'

/** How long a token lives unless less is asked for (E21). */
export const tokenSeconds = 31_536_000

/** A token as it is given out; the secret is shown here once and kept hashed. */
export interface NewToken {
  readonly token: string
  readonly tokenId: string
}

/** Makes a device with a profile of its own (E14): anonymous, no identifier yet. */
export async function createDevice(connection: Connection, workspaceId: number): Promise<string> {
  const { rows } = await connection.query<{ id: string }>({
    name: 'create-device',
    text: createDeviceStatement,
    values: [workspaceId],
  })
  const [row] = rows
  if (!row) throw new Error('the database gave no row for a new device')
  return row.id
}

const createDeviceStatement = `
with profile as (
  insert into profiles (workspace_id, id) values ($1, gen_random_uuid()) returning id
),
ids as materialized (select gen_random_uuid() as device_id, gen_random_uuid() as binding_id),
binding as (
  insert into device_bindings (workspace_id, id, device_id, profile_id)
  select $1, binding_id, device_id, profile.id from ids, profile
)
insert into devices (workspace_id, id, binding_id) select $1, device_id, binding_id from ids
returning id`

/** Mints a token for a device. With `copyOf`, it has the verification of that token of the same device. */
export async function createToken(
  connection: Connection,
  workspaceId: number,
  deviceId: string,
  options: { readonly seconds: number; readonly now: Date; readonly copyOf?: string },
): Promise<NewToken> {
  const token = generateToken()
  const expiresAt = new Date(options.now.getTime() + options.seconds * 1000)
  const { rows } = await connection.query<{ id: string }>({
    name: 'create-token',
    text: `insert into access_tokens (
             workspace_id, secret_hash, device_id, expires_at, verified_binding_id, proved
           )
           select $1, $2, $3, $4, old.verified_binding_id, coalesce(old.proved, '{}')
           from (select) one left join access_tokens old
             on old.workspace_id = $1 and old.id = $5 and old.device_id = $3
           returning id`,
    values: [workspaceId, hashSecret(token), deviceId, expiresAt, options.copyOf ?? null],
  })
  const [row] = rows
  if (!row) throw new Error('the database gave no row for a new token')
  return { token, tokenId: row.id }
}

/** A token to be minted: its secret, and until when it lives. */
export interface AskedToken {
  readonly token: string
  readonly expiresAt: Date
}

/** Makes an anonymous device with a profile of its own for each of the tokens, as one statement; in their order. */
export async function createDeviceTokens(
  connection: Connection,
  workspaceId: number,
  asked: readonly AskedToken[],
): Promise<readonly TokenStanding[]> {
  const { rows } = await connection.query<NewDeviceRow>({
    name: 'create-device-tokens',
    text: createDevicesStatement,
    values: [
      workspaceId,
      asked.map(({ token }) => hashSecret(token)),
      asked.map(({ expiresAt }) => expiresAt),
    ],
  })
  return rows.map((row) => ({
    tokenId: row.token_id,
    deviceId: row.device_id,
    bindingId: row.binding_id,
    deviceProfileId: row.profile_id,
    profileId: row.profile_id,
    profileNumber: row.number,
    trust: 'anonymous',
    expiresAt: row.expires_at,
  }))
}

interface NewDeviceRow {
  readonly token_id: string
  readonly device_id: string
  readonly binding_id: string
  readonly profile_id: string
  readonly number: string
  readonly expires_at: Date
}

const createDevicesStatement = `
with asked as materialized (
  select n, secret_hash, expires_at, gen_random_uuid() as token_id, gen_random_uuid() as device_id,
    gen_random_uuid() as binding_id, gen_random_uuid() as profile_id, random_number() as number
  from unnest($2::bytea[], $3::timestamptz[]) with ordinality as a (secret_hash, expires_at, n)
),
profile as (
  insert into profiles (workspace_id, id, number) select $1, profile_id, number from asked
),
binding as (
  insert into device_bindings (workspace_id, id, device_id, profile_id)
  select $1, binding_id, device_id, profile_id from asked
),
device as (
  insert into devices (workspace_id, id, binding_id) select $1, device_id, binding_id from asked
),
token as (
  insert into access_tokens (workspace_id, id, secret_hash, device_id, expires_at)
  select $1, token_id, secret_hash, device_id, expires_at from asked
)
select token_id, device_id, binding_id, profile_id, number::text as number, expires_at from asked order by n`

/**
 * Ends tokens at once (E42). Other tokens of their devices live on.
 *
 * @returns false where one of them was deleted already, a moment ago
 */
export async function deleteTokens(
  connection: Connection,
  workspaceId: number,
  tokenIds: readonly string[],
): Promise<boolean> {
  const named = [...new Set(tokenIds)]
  const { rowCount } = await connection.query({
    name: 'delete-tokens',
    text: `update access_tokens set deleted_at = now()
           where workspace_id = $1 and id = any ($2::uuid[]) and deleted_at is null`,
    values: [workspaceId, named],
  })
  return rowCount === named.length
}
