import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'

const folder = join(import.meta.dirname, 'migrations')

/** Any number will do, if it stays the same. */
const migrationLock = 1_415_934_804

/**
 * Brings the database to the newest schema: applies the numbered files that it does not have yet, each in a
 * transaction with the row that says so.
 *
 * @returns the names of the files applied, oldest first; empty where there was nothing to do. Of processes
 * that start at once one applies, the others wait and find nothing left. Refuses a PostgreSQL that is too old, a
 * database that is not UTF-8, and one that a newer program has migrated.
 */
export async function migrate(connectionString: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    await requireServer(client)
    await client.query('select pg_advisory_lock($1)', [migrationLock])
    await client.query(
      'create table if not exists schema_migrations (name text primary key, applied_at timestamptz not null default now())',
    )
    const missing = await missingMigrations(client)
    for (const name of missing) await applyMigration(client, name)
    return missing
  } finally {
    await client.end()
  }
}

/** Older ones lack what the migrations use, and would say so in words of their own, after half of them. */
const oldestVersion = 15

async function requireServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: string; number: number; encoding: string }>(
    `select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
       current_setting('server_encoding') as encoding`,
  )
  const [{ version, number, encoding } = { version: '', number: 0, encoding: '' }] = rows
  if (number < oldestVersion * 10_000) {
    throw new Error(`PostgreSQL ${oldestVersion} or later is needed, and this is ${version}`)
  }
  if (encoding !== 'UTF8') {
    throw new Error(`its encoding is ${encoding} and must be UTF8; make another one with encoding 'UTF8'`)
  }
}

async function missingMigrations(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>('select name from schema_migrations')
  const applied = new Set(rows.map((row) => row.name))
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  const unknown = [...applied].filter((name) => !files.includes(name))
  if (unknown.length > 0) {
    throw new Error(`the database is newer than this program: it has ${unknown.join(', ')}`)
  }
  return files.filter((name) => !applied.has(name))
}

async function applyMigration(client: pg.Client, name: string): Promise<void> {
  const statements = await readFile(join(folder, name), 'utf8')
  await client.query('begin')
  await client.query('insert into schema_migrations (name) values ($1)', [name])
  await client.query(statements)
  await client.query('commit')
}
