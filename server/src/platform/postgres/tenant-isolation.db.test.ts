import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { everyTable, insertMadeUpRows } from '../../testing/made-up-rows.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'

/** What a workspace is found by is unique on the whole server. These lists may only shrink. */
const tablesOfTheServer = ['schema_migrations', 'workspaces']
const indexesOfTheServer = [
  'access_tokens_secret',
  'customer_tokens_secret',
  'email_verifications_secret',
  'operator_sessions_secret',
  'password_links_secret',
  'schema_migrations_pkey',
  'workspace_domains_host',
  'workspace_keys_secret_hash_key',
  'workspaces_pkey',
  'workspaces_slug_key',
]

let db: TestDatabase
let mine = 0
let theirs = 0
let tables: readonly string[] = []

beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply('workspace: mine', 'workspace: theirs')
  mine = db.workspace('mine').id
  theirs = db.workspace('theirs').id
  tables = await tablesWithWorkspace()
  await db.database.asOwner(async (connection) => {
    for (const table of tables) {
      for (const id of [mine, theirs]) await insertMadeUpRows(connection, table, { workspace_id: String(id) })
    }
  })
})
afterAll(() => db[Symbol.asyncDispose]())

async function query<T extends pg.QueryResultRow>(
  text: string,
  parameters: readonly unknown[] = [],
): Promise<T[]> {
  return await db.database.asOwner(async (connection) => {
    const { rows } = await connection.query<T>(text, [...parameters])
    return rows
  })
}

async function tablesWithWorkspace(): Promise<readonly string[]> {
  const rows = await query<{ name: string }>(
    `select t.name from (${everyTable}) t
     join pg_attribute a on a.attrelid = t.oid and a.attname = 'workspace_id' order by 1`,
  )
  return rows.map(({ name }) => name)
}

test('every table but those of the server itself leads with workspace_id', async () => {
  const rows = await query<{ name: string; first: string }>(
    `select t.name, a.attname as first from (${everyTable}) t
     join pg_attribute a on a.attrelid = t.oid and a.attnum = 1`,
  )
  const others = rows.filter(({ first }) => first !== 'workspace_id').map(({ name }) => name)
  expect(others.sort()).toEqual(tablesOfTheServer)
})

test('every key and index but those by which a workspace is found leads with workspace_id', async () => {
  const rows = await query<{ name: string; first: string | null }>(
    `select i.indexrelid::regclass::text as name, a.attname as first from pg_index i
     join pg_class c on c.oid = i.indrelid
     left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
     where c.relnamespace = 'public'::regnamespace and not c.relispartition`,
  )
  const others = rows.filter(({ first }) => first !== 'workspace_id').map(({ name }) => name)
  expect(others.sort()).toEqual(indexesOfTheServer)
})

test('a workspace sees its own rows of every table and no other, also without a where clause', async () => {
  expect(tables.length).toBeGreaterThan(10)
  for (const table of tables) {
    const { rows } = await db.database.inWorkspace(mine, (connection) =>
      connection.query(`select distinct workspace_id from ${table}`),
    )
    expect(rows, table).toEqual([{ workspace_id: mine }])
  }
  const { rows } = await db.database.inWorkspace(mine, (connection) =>
    connection.query('select id, slug from workspaces'),
  )
  expect(rows).toEqual([{ id: mine, slug: 'mine' }])
})

test('a workspace changes and deletes no row of another, also without a where clause', async () => {
  for (const table of tables) {
    const before = await theirRows(table)
    for (const statement of [
      `update ${table} set workspace_id = workspace_id`,
      `delete from ${table}`,
      `delete from ${table} where workspace_id = ${theirs}`,
    ]) {
      // Undone, so that every statement finds a row of its own workspace to change.
      // A table of which requests may not change rows at all refuses them before it looks whose they are.
      await inUndoneTransaction((connection) => connection.query(statement)).catch(ignoreDenied)
      expect(await theirRows(table), statement).toEqual(before)
    }
  }
})

test('a workspace makes no row of another, and gives none of its own away', async () => {
  const denied = expect.objectContaining({ code: '42501' })
  for (const table of tables) {
    const [row] = await query<{ row: object }>(
      `select to_jsonb(t) as row from ${table} t where workspace_id = $1`,
      [theirs],
    )
    const given = await givenColumns(table)
    await expect(
      inUndoneTransaction((connection) =>
        connection.query(
          `insert into ${table} (${given}) overriding system value
           select ${given} from jsonb_populate_record(null::${table}, $1)`,
          [JSON.stringify(row?.row)],
        ),
      ),
      table,
    ).rejects.toEqual(denied)
    await expect(
      inUndoneTransaction((connection) => connection.query(`update ${table} set workspace_id = ${theirs}`)),
      table,
    ).rejects.toEqual(denied)
  }
})

test('a session that names no workspace sees nothing at all', async () => {
  const client = new pg.Client({ connectionString: db.url })
  await client.connect()
  await client.query('set role tessera_app')
  for (const table of [...tables, 'workspaces']) {
    expect((await client.query(`select from ${table}`)).rowCount, table).toBe(0)
  }
  await client.end()
})

test('what row-level security does not cover is closed to requests: other tables, and partitions by name', async () => {
  const rows = await query<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm') and not relrowsecurity
       and has_table_privilege('tessera_app', oid, 'select, insert, update, delete, truncate')`,
  )
  expect(rows).toEqual([])
})

test('requests run as the role that sees one workspace, whatever options the connection string has', async () => {
  const { openDatabase } = await import('./database.ts')
  const separator = db.url.includes('?') ? '&' : '?'
  const connectionString = `${db.url}${separator}options=${encodeURIComponent('-c statement_timeout=60000')}`
  await using database = openDatabase({ connectionString, poolSize: 1 })
  const { rows } = await database.inWorkspace(mine, (connection) =>
    connection.query(`select current_user as "user", current_workspace() as workspace`),
  )
  expect(rows).toEqual([{ user: 'tessera_app', workspace: mine }])
})

/** Its columns but those that are made from others. */
async function givenColumns(table: string): Promise<string> {
  const columns = await query<{ column_name: string }>(
    `select column_name from information_schema.columns
     where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER'`,
    [table],
  )
  return columns.map(({ column_name }) => column_name).join(', ')
}

async function theirRows(table: string): Promise<readonly unknown[]> {
  return await query(`select to_jsonb(t) as row from ${table} t where workspace_id = $1`, [theirs])
}

function ignoreDenied(error: Error & { readonly code?: string }): void {
  if (error.code !== '42501') throw error
}

async function inUndoneTransaction(work: (connection: pg.ClientBase) => Promise<unknown>): Promise<void> {
  const undone = new Error('undone')
  await db.database
    .transaction(mine, async (connection) => {
      await work(connection)
      throw undone
    })
    .catch((error) => {
      if (error !== undone) throw error
    })
}
