import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { databaseUrl } from '../../testing/database-server.ts'
import { migrate } from './migrate.ts'

let name: string
let url: string

async function onServer(statement: string): Promise<void> {
  await onDatabase(inject('databaseServerUrl'), statement)
}

async function onDatabase(connectionString: string, statement: string): Promise<readonly object[]> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  const { rows } = await client.query(statement)
  await client.end()
  return rows
}

beforeEach(async () => {
  name = `tessera_migrate_${randomBytes(6).toString('hex')}`
  await onServer(`create database ${name}`)
  url = databaseUrl(inject('databaseServerUrl'), name)
})
afterEach(() => onServer(`drop database ${name} with (force)`))

/** Everything that a migration can make, as text. */
async function schema(): Promise<readonly object[]> {
  return await onDatabase(
    url,
    `select 'column' as kind, table_name || '.' || column_name || ' ' || data_type as text
     from information_schema.columns where table_schema = 'public'
     union all select 'index', indexdef from pg_indexes where schemaname = 'public'
     union all select 'policy', tablename || ' ' || policyname || ' ' || qual from pg_policies
     order by 1, 2`,
  )
}

test('an empty database gets every migration, oldest first, and nothing the second time', async () => {
  const files = (await readdir(join(import.meta.dirname, 'migrations'))).filter((file) =>
    file.endsWith('.sql'),
  )
  expect(await migrate(url)).toEqual(files.sort())
  const before = await schema()
  expect(await migrate(url)).toEqual([])
  expect(await schema()).toEqual(before)
})

test('of processes that migrate at once one does, and the others wait for it', async () => {
  const results = await Promise.all(Array.from({ length: 4 }, () => migrate(url)))
  expect(results.filter((applied) => applied.length > 0)).toHaveLength(1)
  expect(await onDatabase(url, 'select from workspaces')).toEqual([])
})

test('a database that is newer than this program is refused and left as it is', async () => {
  await migrate(url)
  await onDatabase(url, `insert into schema_migrations (name) values ('9999-from-the-future.sql')`)
  const before = await schema()
  await expect(migrate(url)).rejects.toThrow('newer than this program: it has 9999-from-the-future.sql')
  expect(await schema()).toEqual(before)
})

test('a database in another encoding than UTF-8 is refused before anything is made in it', async () => {
  await onServer(`drop database ${name} with (force)`)
  await onServer(`create database ${name} encoding 'SQL_ASCII' locale 'C' template template0`)
  await expect(migrate(url)).rejects.toThrow('its encoding is SQL_ASCII and must be UTF8')
  expect(await onDatabase(url, `select from pg_tables where schemaname = 'public'`)).toEqual([])
})

test('a migration that fails leaves nothing behind, and is applied once it can be', async () => {
  await onDatabase(url, 'create table workspaces (in_the_way text)')
  await expect(migrate(url)).rejects.toThrow('already exists')
  expect(await onDatabase(url, 'select name from schema_migrations')).toEqual([])
  await onDatabase(url, 'drop table workspaces')
  expect(await migrate(url)).not.toEqual([])
})
