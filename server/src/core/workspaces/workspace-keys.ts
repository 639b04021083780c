import { generateSecret, hashSecret } from '../../platform/crypto/secrets.ts'
import type { Connection } from '../../platform/postgres/database.ts'
import type { KeyKind } from './workspace.ts'
import { workspaceChanged } from './workspace-directory.ts'

export interface ListedKey {
  readonly name: string
  readonly kind: KeyKind
  readonly createdAt: Date
  readonly revokedAt: Date | null
}

/** `name-taken`: a key of this name is in use. `secret-taken`: the secret is in use on this server (S3). */
export type KeyRefusal = 'name-taken' | 'secret-taken'

export async function listKeys(connection: Connection, workspaceId: number): Promise<readonly ListedKey[]> {
  const { rows } = await connection.query<ListedKey>(
    `select name, kind, created_at as "createdAt", revoked_at as "revokedAt" from workspace_keys
     where workspace_id = $1 order by created_at, name`,
    [workspaceId],
  )
  return rows
}

/**
 * Adds a key. The secret is given back to be shown once: only its hash is kept. A revoked key's name may be used
 * again, its secret may not.
 */
export async function createKey(
  connection: Connection,
  workspaceId: number,
  wanted: { readonly name: string; readonly kind: KeyKind; readonly secret?: string | undefined },
): Promise<{ readonly secret: string } | { readonly refusal: KeyRefusal }> {
  const secret = wanted.secret ?? generateSecret()
  const taken = await connection.query('select from workspace_keys where secret_hash = $1', [
    hashSecret(secret),
  ])
  if (taken.rowCount) return { refusal: 'secret-taken' }
  const { rowCount } = await connection.query(
    `insert into workspace_keys as key (workspace_id, name, kind, secret_hash) values ($1, $2, $3, $4)
     on conflict (workspace_id, name) do update
       set kind = excluded.kind, secret_hash = excluded.secret_hash, created_at = now(), revoked_at = null
       where key.revoked_at is not null`,
    [workspaceId, wanted.name, wanted.kind, hashSecret(secret)],
  )
  if (rowCount === 0) return { refusal: 'name-taken' }
  await tellChange(connection, workspaceId)
  return { secret }
}

/**
 * Ends a key at once, in every process. False where no key in use has this name. One statement: a key that were ended
 * and not told of would go on opening, and nobody could end it a second time.
 */
export async function revokeKey(connection: Connection, workspaceId: number, name: string): Promise<boolean> {
  const { rowCount } = await connection.query(
    `with revoked as (
       update workspace_keys set revoked_at = now()
       where workspace_id = $1 and name = $2 and revoked_at is null returning workspace_id
     )
     update workspaces set revision = revision + 1 from revoked where id = revoked.workspace_id
     returning pg_notify('${workspaceChanged}', id::text)`,
    [workspaceId, name],
  )
  return Boolean(rowCount)
}

/** Counts the change and tells the processes of it, when the transaction commits. */
export async function tellChange(connection: Connection, workspaceId: number): Promise<void> {
  await connection.query(
    `update workspaces set revision = revision + 1 where id = $1 returning pg_notify('${workspaceChanged}', $1::text)`,
    [workspaceId],
  )
}
