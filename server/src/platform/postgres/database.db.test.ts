import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { openDatabase } from './database.ts'

let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
  await db.database.asOwner((connection) =>
    connection.query('create table notes (text text); grant all on notes to tessera_app'),
  )
})
afterAll(() => db[Symbol.asyncDispose]())

async function notes(): Promise<readonly string[]> {
  return await db.database.asOwner(async (connection) => {
    const { rows } = await connection.query<{ text: string }>('select text from notes order by text')
    return rows.map(({ text }) => text)
  })
}

test('a transaction that fails leaves nothing, and its connection is as good as new', async () => {
  await using database = openDatabase({ connectionString: db.url, poolSize: 1 })
  const failing = database.transaction(1, async (connection) => {
    await connection.query(`insert into notes values ('lost')`)
    await connection.query('select 1 / 0')
  })
  await expect(failing).rejects.toThrow('division by zero')
  await database.transaction(1, (connection) => connection.query(`insert into notes values ('kept')`))
  expect(await notes()).toEqual(['kept'])
})

test('one connection serves one workspace after the other, and each sees itself', async () => {
  await using database = openDatabase({ connectionString: db.url, poolSize: 1 })
  for (const workspaceId of [1, 2, 2, 1]) {
    const { rows } = await database.inWorkspace(workspaceId, (connection) =>
      connection.query('select current_workspace() as id'),
    )
    expect(rows).toEqual([{ id: workspaceId }])
  }
})

test('a connection that breaks while it works fails that work alone: the next has another', async () => {
  await using database = openDatabase({ connectionString: db.url, poolSize: 1 })
  const broken = database.inWorkspace(1, async (connection) => {
    const { rows } = await connection.query<{ pid: number }>('select pg_backend_pid() as pid')
    await db.database.asOwner((owner) =>
      owner.query('select pg_terminate_backend($1, 10000)', [rows[0]?.pid]),
    )
    await connection.query('select 1')
  })
  await expect(broken).rejects.toThrow()
  await database.inWorkspace(1, (connection) => connection.query('select 1'))
})
