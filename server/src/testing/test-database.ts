import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { eventPartitions } from '../core/events/event-partitions.ts'
import { operationBlockPartitions } from '../core/ingest/postgres-operation-log.ts'
import { profileChangePartitions } from '../core/profiles/profile-changes.ts'
import { applyWorkspaceFiles } from '../core/workspaces/apply-workspace-files.ts'
import { parseWorkspaceFile } from '../core/workspaces/file/parse-workspace-file.ts'
import type { Workspace } from '../core/workspaces/workspace.ts'
import { openWorkspaceDirectory, type WorkspaceDirectory } from '../core/workspaces/workspace-directory.ts'
import { createLogger, type Logger } from '../platform/log.ts'
import { type Database, openDatabase } from '../platform/postgres/database.ts'
import { maintainPartitions } from '../platform/postgres/partitions.ts'
import { type DatabaseSession, openSession } from '../platform/postgres/session.ts'
import { databaseUrl, templateDatabase } from './database-server.ts'

/** A database of its own for one test file, with what the core stands on. */
export interface TestDatabase extends AsyncDisposable {
  readonly url: string
  readonly database: Database
  readonly session: DatabaseSession
  readonly directory: WorkspaceDirectory
  readonly logger: Logger
  /** Applies workspace files given as text. */
  apply(...texts: readonly string[]): Promise<void>
  /** As it was applied last; without a name, the only one there is. */
  workspace(slug?: string): Workspace
}

/** Clones the migrated template; disposing drops the clone. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = inject('databaseServerUrl')
  const name = `tessera_test_${randomBytes(6).toString('hex')}`
  // Copied as files: a template is small, and without fsync that is a fraction of writing it through the log.
  await onServer(serverUrl, `create database ${name} template ${templateDatabase} strategy file_copy`)
  const url = databaseUrl(serverUrl, name)
  const logger = createLogger('silent')
  const database = openDatabase({ connectionString: url, poolSize: 8 })
  await maintainPartitions(
    database,
    [operationBlockPartitions, profileChangePartitions, eventPartitions({ days: undefined, consumers: [] })],
    new Date(),
  )
  const session = await openSession(url, logger)
  const directory = await openWorkspaceDirectory(database, session, logger)
  return {
    url,
    database,
    session,
    directory,
    logger,
    async apply(...texts) {
      const files = texts.map((text) => {
        const parsed = parseWorkspaceFile(text, { environment: {} })
        if ('faults' in parsed) throw new Error(JSON.stringify(parsed.faults))
        return parsed.file
      })
      const result = await applyWorkspaceFiles(database, files, { dryRun: false })
      if ('refused' in result) throw new Error(JSON.stringify(result.faults))
      await directory.refresh()
    },
    workspace(slug = directory.slugs()[0]) {
      const found = slug === undefined ? undefined : directory.bySlug(slug)
      if (!found) throw new Error(`no workspace ${slug}`)
      return found
    },
    async [Symbol.asyncDispose]() {
      await session[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
      await onServer(serverUrl, `drop database ${name} with (force)`)
    },
  }
}

async function onServer(serverUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  await client.query(statement)
  await client.end()
}
