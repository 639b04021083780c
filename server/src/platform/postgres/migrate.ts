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
 * that start at once one applies, the others wait and find nothing left.
 */
export async function migrate(connectionString: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
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
