import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { createLogger } from '../platform/log.ts'
import { startEmbeddedPostgres } from '../platform/postgres/embedded/embedded-postgres.ts'
import { migrate } from '../platform/postgres/migrate.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Of a database in which test databases are created. */
    readonly databaseServerUrl: string
  }
}

/** The migrated database that every test file clones: a copy takes 40 ms, migrating anew would take ten times that. */
export const templateDatabase = 'tessera_template'

/** Starts a PostgreSQL for the run, or uses the one `TESSERA_TEST_DATABASE_URL` names. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TESSERA_TEST_DATABASE_URL
  const folder = await mkdtemp(join(tmpdir(), 'tessera-test-'))
  // So that the user PostgreSQL runs as can enter, and the cluster goes when the folder goes.
  await chmod(folder, 0o755)
  const embedded = given ? undefined : await startEmbeddedPostgres(folder, createLogger('silent'))
  const serverUrl = given ?? embedded?.url ?? ''
  if (!given) await forgoDurability(serverUrl)
  await makeTemplate(serverUrl)
  project.provide('databaseServerUrl', serverUrl)
  return async () => {
    await embedded?.[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Nobody needs this cluster after a power cut, and most of what cloning and dropping databases takes is waiting for the disk. */
async function forgoDurability(serverUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  for (const setting of ['fsync', 'full_page_writes']) await client.query(`alter system set ${setting} = off`)
  await client.query('select pg_reload_conf()')
  await client.end()
}

async function makeTemplate(serverUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  await client.query(`drop database if exists ${templateDatabase}`)
  await client.query(`create database ${templateDatabase}`)
  await client.end()
  await migrate(databaseUrl(serverUrl, templateDatabase))
}

/** The same server, another database. */
export function databaseUrl(serverUrl: string, name: string): string {
  return serverUrl.replace(/\/[^/?]*(\?|$)/, `/${name}$1`)
}
