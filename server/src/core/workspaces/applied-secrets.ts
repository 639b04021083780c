import type { Connection } from '../../platform/postgres/database.ts'

/** One that a file left out and that was made for it: to be shown once. */
export interface GeneratedSecret {
  readonly name: string
  readonly kind: string
  readonly secret: string
}

/** What making a workspace's keys or operators those of its file came to. */
export interface AppliedSecrets {
  /** A line each, such as `+ operator till`. */
  readonly changes: readonly string[]
  readonly generated: readonly GeneratedSecret[]
}

/** The secret under which what a workspace must read again is encrypted. */
export async function secretOfWorkspace(connection: Connection, workspaceId: number): Promise<Buffer> {
  const { rows } = await connection.query<{ secret: Buffer }>('select secret from workspaces where id = $1', [
    workspaceId,
  ])
  const [workspace] = rows
  if (!workspace) throw new Error('the workspace is gone')
  return workspace.secret
}
