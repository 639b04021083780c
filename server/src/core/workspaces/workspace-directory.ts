import { hashSecret } from '../../platform/crypto/secrets.ts'
import type { Logger } from '../../platform/log.ts'
import type { Database } from '../../platform/postgres/database.ts'
import type { DatabaseSession } from '../../platform/postgres/session.ts'
import { loadWorkspaces } from './load-workspaces.ts'
import type { KeyKind, Workspace } from './workspace.ts'

/** Told by whoever changes a workspace, in the transaction that changes it; the payload is its id. */
export const workspaceChanged = 'tessera_workspace_changed'

/** How soon to read the workspaces again where that failed. */
const retryMs = 1000

/** All workspaces of the server, in memory. */
export interface WorkspaceDirectory {
  /** The workspace whose key this is, if the key is of this kind, as far as this process knows without asking. */
  byKnownKey(secret: string, kind: KeyKind): Workspace | undefined
  /** The same, asking the database about a secret that this process does not know. */
  byKey(secret: string, kind: KeyKind): Promise<Workspace | undefined>
  /** Whether a secret is a key of any kind, of any workspace. */
  isKey(secret: string): Promise<boolean>
  /**
   * The workspace that a host (without its port) selects: the only one that lists it, else the only one there is
   * (S4, S5).
   */
  byHost(host: string): Workspace | undefined
  byId(id: number): Promise<Workspace | undefined>
  bySlug(slug: string): Workspace | undefined
  slugs(): readonly string[]
  isEmpty(): boolean
  /**
   * The newest state of a workspace, asked of the database. For the moment before a refusal that rests on what
   * this process knows: another process may have added an attribute a moment ago (C56).
   */
  fresh(workspace: Workspace): Promise<Workspace>
  refresh(): Promise<void>
}

/** Opens the directory and keeps it up to date with what other processes change. */
export async function openWorkspaceDirectory(
  database: Database,
  session: DatabaseSession,
  logger: Logger,
): Promise<WorkspaceDirectory> {
  let byId = new Map<number, Workspace>()
  let byKeyHash = new Map<string, { workspace: Workspace; kind: KeyKind }>()
  let byHost = new Map<string, Workspace[]>()
  /** Looks at the database that arrive while one has not begun share the next one. */
  let nextRefresh: Promise<void> | undefined
  let lastRefresh: Promise<void> = Promise.resolve()
  let retry: NodeJS.Timeout | undefined

  async function load(): Promise<void> {
    const workspaces = await database.asOwner((connection) => loadWorkspaces(connection))
    byId = new Map(workspaces.map((workspace) => [workspace.id, workspace]))
    byKeyHash = new Map(
      workspaces.flatMap((workspace) =>
        [...workspace.keys].map(([hash, kind]) => [hash, { workspace, kind }]),
      ),
    )
    byHost = new Map()
    for (const workspace of workspaces) {
      for (const host of workspace.settings.domains)
        byHost.set(host, [...(byHost.get(host) ?? []), workspace])
    }
  }

  function refresh(): Promise<void> {
    nextRefresh ??= lastRefresh.then(() => {
      nextRefresh = undefined
      lastRefresh = load().catch((error) => {
        logger.warn({ err: error }, 'the workspaces cannot be read again now')
        retryLater()
      })
      return lastRefresh
    })
    return nextRefresh
  }

  /** Nobody tells us a second time, and what was told may be that a key is revoked. */
  function retryLater(): void {
    if (retry) return
    retry = setTimeout(() => {
      retry = undefined
      void refresh()
    }, retryMs).unref()
  }

  function workspaceOf(keyHash: string, kind: KeyKind): Workspace | undefined {
    const found = byKeyHash.get(keyHash)
    return found?.kind === kind ? found.workspace : undefined
  }

  await session.listen(workspaceChanged, () => void refresh())
  const first = load()
  // What changes meanwhile is read after it, never before.
  lastRefresh = first.catch(() => {})
  await first

  return {
    refresh,
    byKnownKey: (secret, kind) => workspaceOf(hashSecret(secret).toString('hex'), kind),
    async byKey(secret, kind) {
      const hash = hashSecret(secret).toString('hex')
      if (!byKeyHash.has(hash) && (await isKeyHash(database, hash))) await refresh()
      return workspaceOf(hash, kind)
    },
    isKey: async (secret) => {
      const hash = hashSecret(secret).toString('hex')
      return byKeyHash.has(hash) || (await isKeyHash(database, hash))
    },
    byHost(host) {
      const listing = byHost.get(host.toLowerCase().replace(/^\[(.*)\]$/, '$1')) ?? []
      if (listing.length === 1) return listing[0]
      return byId.size === 1 ? [...byId.values()][0] : undefined
    },
    async byId(id) {
      if (!byId.has(id)) await refresh()
      return byId.get(id)
    },
    bySlug: (slug) => [...byId.values()].find((workspace) => workspace.slug === slug),
    slugs: () => [...byId.values()].map((workspace) => workspace.slug),
    isEmpty: () => byId.size === 0,
    async fresh(workspace) {
      if ((await revisionOf(database, workspace.id)) !== workspace.revision) await refresh()
      return byId.get(workspace.id) ?? workspace
    },
  }
}

async function isKeyHash(database: Database, hash: string): Promise<boolean> {
  return await database.asOwner(async (connection) => {
    const { rowCount } = await connection.query({
      name: 'is-key-hash',
      text: `select from workspace_keys where secret_hash = decode($1, 'hex') and revoked_at is null`,
      values: [hash],
    })
    return rowCount === 1
  })
}

async function revisionOf(database: Database, workspaceId: number): Promise<number> {
  return await database.inWorkspace(workspaceId, async (connection) => {
    const { rows } = await connection.query<{ revision: string }>({
      name: 'workspace-revision',
      text: 'select revision from workspaces where id = $1',
      values: [workspaceId],
    })
    return Number(rows[0]?.revision ?? 0)
  })
}
