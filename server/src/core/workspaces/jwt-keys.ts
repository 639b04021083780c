import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto'
import { decrypt, encrypt } from '../../platform/crypto/encrypt.ts'
import { generateSecret, hashSecret } from '../../platform/crypto/secrets.ts'
import type { Connection } from '../../platform/postgres/database.ts'
import { type AppliedSecrets, type GeneratedSecret, secretOfWorkspace } from './applied-secrets.ts'
import type { JwtKeys } from './file/sections/keys.ts'

/** A key that verifies customers' JWTs, and the one algorithm it is good for (E44). */
export interface JwtKey {
  readonly algorithm: string
  readonly key: KeyObject
}

export interface StoredJwtKey {
  readonly kid: string
  readonly algorithm: string
  readonly public_key: string | null
  /** Hexadecimal. */
  readonly encrypted_secret: string | null
}

const purposeOf = (kid: string) => `tessera jwt key ${kid}`

/** The keys as they are used: done once for each change of the workspace. */
export function openJwtKeys(
  stored: readonly StoredJwtKey[],
  workspaceSecret: Buffer,
): ReadonlyMap<string, JwtKey> {
  return new Map(
    stored.map(({ kid, algorithm, public_key, encrypted_secret }) => {
      if (public_key !== null) return [kid, { algorithm, key: createPublicKey(public_key) }]
      const secret = decrypt(Buffer.from(encrypted_secret ?? '', 'hex'), workspaceSecret, purposeOf(kid))
      return [kid, { algorithm, key: createSecretKey(secret, 'utf8') }]
    }),
  )
}

/**
 * Makes the workspace's keys those of its file: who takes one out of the file ends it. A shared secret that the file
 * leaves out is generated once, and given back to be shown.
 */
export async function applyJwtKeys(
  connection: Connection,
  workspaceId: number,
  keys: JwtKeys,
): Promise<AppliedSecrets> {
  const changes: string[] = []
  const generated: GeneratedSecret[] = []
  const { rows: stored } = await connection.query<{
    kid: string
    algorithm: string
    public_key: string | null
    secret_hash: Buffer | null
  }>('select kid, algorithm, public_key, secret_hash from jwt_keys where workspace_id = $1', [workspaceId])

  for (const { kid } of stored) {
    if (keys.some((key) => key.kid === kid)) continue
    await connection.query('delete from jwt_keys where workspace_id = $1 and kid = $2', [workspaceId, kid])
    changes.push(`- jwt key ${kid}`)
  }
  for (const key of keys) {
    const before = stored.find(({ kid }) => kid === key.kid)
    const publicKey = 'publicKey' in key ? key.publicKey : null
    const given = 'secret' in key ? key.secret : undefined
    const isSame =
      before?.algorithm === key.algorithm &&
      before.public_key === publicKey &&
      (given === undefined || before.secret_hash?.equals(hashSecret(given)) === true)
    if (isSame) continue
    const secret = publicKey === null ? (given ?? generateSecret()) : undefined
    await storeKey(connection, workspaceId, { ...key, publicKey, secret })
    changes.push(`${before ? '~' : '+'} jwt key ${key.kid} (${key.algorithm})`)
    if (secret !== undefined && given === undefined) generated.push({ name: key.kid, kind: 'jwt', secret })
  }
  return { changes, generated }
}

async function storeKey(
  connection: Connection,
  workspaceId: number,
  key: {
    readonly kid: string
    readonly algorithm: string
    readonly publicKey: string | null
    readonly secret: string | undefined
  },
): Promise<void> {
  const { kid, algorithm, publicKey, secret } = key
  const encrypted =
    secret === undefined
      ? null
      : encrypt(secret, await secretOfWorkspace(connection, workspaceId), purposeOf(kid))
  await connection.query(
    `insert into jwt_keys (workspace_id, kid, algorithm, public_key, encrypted_secret, secret_hash)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (workspace_id, kid) do update
       set algorithm = excluded.algorithm, public_key = excluded.public_key,
         encrypted_secret = excluded.encrypted_secret, secret_hash = excluded.secret_hash`,
    [workspaceId, kid, algorithm, publicKey, encrypted, secret === undefined ? null : hashSecret(secret)],
  )
}
