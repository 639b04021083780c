import { randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { hashSecret } from '../../platform/crypto/secrets.ts'
import type { Connection, Database } from '../../platform/postgres/database.ts'
import type { GeneratedSecret } from './applied-secrets.ts'
import { applyAttributes } from './apply-attributes.ts'
import { describeChanges } from './describe-changes.ts'
import type { FileFault } from './file/file-fault.ts'
import type { WorkspaceFile } from './file/workspace-file.ts'
import { applyJwtKeys } from './jwt-keys.ts'
import { isLoopbackHost } from './loopback-host.ts'
import { applyOperators } from './operator-credentials.ts'
import { withoutSecrets } from './without-secrets.ts'
import type { WorkspaceSettings } from './workspace.ts'
import { createKey, tellChange } from './workspace-keys.ts'

/** What applying a file did, or would do. */
export interface AppliedFile {
  readonly workspace: string
  readonly created: boolean
  /** A line each, such as `~ customerData.partialBatchStatus: 400 → 202`; empty where the file changed nothing. */
  readonly changes: readonly string[]
  /** Secrets that the file left out and that were generated: to be shown once. */
  readonly generatedKeys: readonly GeneratedSecret[]
}

export type AppliedFiles =
  | { readonly applied: readonly AppliedFile[] }
  /** The file (by its place in the list) that takes what belongs to another workspace; nothing was changed. */
  | { readonly refused: number; readonly faults: readonly FileFault[] }

/** Any number will do, if it stays the same. */
const applyLock = 1_415_934_806

/**
 * Creates or updates workspaces from parsed files: all of them, or none. Applying a file again changes nothing.
 * Keys and attributes that a file no longer lists stay: others may use them; `tessera keys revoke` and the
 * attribute registry end them.
 */
export async function applyWorkspaceFiles(
  database: Database,
  files: readonly WorkspaceFile[],
  options: { readonly dryRun: boolean },
): Promise<AppliedFiles> {
  return await database.asOwner(async (connection) => {
    await connection.query('begin')
    await connection.query('select pg_advisory_xact_lock($1)', [applyLock])
    const applied: AppliedFile[] = []
    for (const [index, file] of files.entries()) {
      const result = await applyFile(connection, file)
      if ('faults' in result) {
        await connection.query('rollback')
        return { refused: index, faults: result.faults }
      }
      applied.push(result)
    }
    await connection.query(options.dryRun ? 'rollback' : 'commit')
    return { applied }
  })
}

async function applyFile(
  connection: Connection,
  file: WorkspaceFile,
): Promise<AppliedFile | { readonly faults: readonly FileFault[] }> {
  const settings = withoutSecrets(file)
  const existing = await findWorkspace(connection, file.workspace)
  const id = existing?.id ?? (await createWorkspace(connection, settings))
  const keys = await applyKeys(connection, id, file)
  const domains = await applyDomains(connection, id, file.domains)
  const attributes = await applyAttributes(connection, id, file.customerData.attributes)
  const uniqueness = existing ? await checkEmailUniqueness(connection, id, existing.settings, settings) : []
  const faults = [...keys.faults, ...domains, ...attributes.faults, ...uniqueness]
  if (faults.length > 0) return { faults }

  const jwtKeys = await applyJwtKeys(connection, id, file.jwtKeys)
  const operators = await applyOperators(connection, id, file.operators, {
    legacy: file.carecloud.legacyBasic,
  })
  const changes = [
    ...(existing ? describeChanges(existing.settings, settings) : [`+ workspace ${file.workspace}`]),
    ...keys.changes,
    ...jwtKeys.changes,
    ...operators.changes,
    ...attributes.changes,
  ]
  if (existing && !isDeepStrictEqual(existing.settings, settings)) {
    await connection.query(
      'update workspaces set settings = $2, settings_changed_at = clock_timestamp() where id = $1',
      [id, JSON.stringify(settings)],
    )
  }
  if (changes.length > 0) await tellChange(connection, id)
  return {
    workspace: file.workspace,
    created: !existing,
    changes,
    generatedKeys: [...keys.generated, ...jwtKeys.generated, ...operators.generated],
  }
}

async function findWorkspace(
  connection: Connection,
  slug: string,
): Promise<{ readonly id: number; readonly settings: WorkspaceSettings } | undefined> {
  const { rows } = await connection.query<{ id: number; settings: WorkspaceSettings }>(
    'select id, settings from workspaces where slug = $1 for update',
    [slug],
  )
  return rows[0]
}

/** Which profile holds an e-mail was decided by the rule there was: under another one, two could hold it (C12). */
async function checkEmailUniqueness(
  connection: Connection,
  workspaceId: number,
  { customerData: before }: WorkspaceSettings,
  { customerData: after }: WorkspaceSettings,
): Promise<readonly FileFault[]> {
  if (before.emailUniqueness === after.emailUniqueness) return []
  const { rowCount } = await connection.query(
    `select from identifiers where workspace_id = $1 and kind = 'email' limit 1`,
    [workspaceId],
  )
  if (!rowCount) return []
  return [
    {
      path: 'customerData.emailUniqueness',
      reason: `stays "${before.emailUniqueness}": profiles have e-mail addresses by that rule`,
    },
  ]
}

async function createWorkspace(connection: Connection, settings: WorkspaceSettings): Promise<number> {
  const { rows } = await connection.query<{ id: number }>(
    'insert into workspaces (slug, secret, settings) values ($1, $2, $3) returning id',
    [settings.workspace, randomBytes(32), JSON.stringify(settings)],
  )
  const [row] = rows
  if (!row) throw new Error('the database gave no row for a new workspace')
  return row.id
}

interface AppliedKeys {
  readonly changes: string[]
  readonly faults: FileFault[]
  readonly generated: GeneratedSecret[]
}

async function applyKeys(
  connection: Connection,
  workspaceId: number,
  file: WorkspaceFile,
): Promise<AppliedKeys> {
  const result: AppliedKeys = { changes: [], faults: [], generated: [] }
  for (const [index, key] of file.keys.entries()) {
    const { rows } = await connection.query<{ kind: string; secret_hash: Buffer; revoked_at: Date | null }>(
      'select kind, secret_hash, revoked_at from workspace_keys where workspace_id = $1 and name = $2',
      [workspaceId, key.name],
    )
    const [stored] = rows
    const isSame =
      stored?.kind === key.kind &&
      (key.secret === undefined || hashSecret(key.secret).equals(stored.secret_hash))
    // A revoked key stays revoked when its file is applied again: it takes a new secret to bring the name back.
    if (isSame) continue
    if (stored)
      await connection.query('delete from workspace_keys where workspace_id = $1 and name = $2', [
        workspaceId,
        key.name,
      ])
    const made = await createKey(connection, workspaceId, key)
    if ('refusal' in made) {
      result.faults.push({
        path: `keys[${index}].secret`,
        reason: 'is in use already on this server; a secret belongs to one key',
      })
      continue
    }
    result.changes.push(`${stored ? '~' : '+'} key ${key.name} (${key.kind})`)
    if (key.secret === undefined)
      result.generated.push({ name: key.name, kind: key.kind, secret: made.secret })
  }
  return result
}

async function applyDomains(
  connection: Connection,
  workspaceId: number,
  hosts: readonly string[],
): Promise<readonly FileFault[]> {
  await connection.query('delete from workspace_domains where workspace_id = $1 and host <> all ($2)', [
    workspaceId,
    hosts,
  ])
  const faults: FileFault[] = []
  for (const [index, host] of hosts.entries()) {
    const { rows } = await connection.query<{ slug: string }>(
      `select w.slug from workspace_domains d join workspaces w on w.id = d.workspace_id
       where d.host = $1 and not d.is_loopback and d.workspace_id <> $2`,
      [host, workspaceId],
    )
    if (rows[0]) {
      faults.push({
        path: `domains[${index}]`,
        reason: `belongs to the workspace "${rows[0].slug}"; a host selects one workspace`,
      })
      continue
    }
    await connection.query(
      'insert into workspace_domains (workspace_id, host, is_loopback) values ($1, $2, $3) on conflict do nothing',
      [workspaceId, host, isLoopbackHost(host)],
    )
  }
  return faults
}
