import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { type Connection, openDatabase } from './database.ts'

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

test('a transaction in which a statement failed unheard is not told as done (L124)', async () => {
  await using database = openDatabase({ connectionString: db.url, poolSize: 1 })
  const failing = database.transaction(1, async (connection) => {
    await connection.query(`insert into notes values ('lost')`)
    await connection.query('select 1 / 0').catch(() => {})
  })
  await expect(failing).rejects.toThrow('rolled back')
  expect(await notes()).not.toContain('lost')
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

class Late extends Error {}

/** A database whose work has to be done within a moment. */
function openLimited(poolSize = 1) {
  return openDatabase({
    connectionString: db.url,
    poolSize,
    limit: { waitMs: 100, late: () => new Late('too late') },
  })
}

test('a statement that takes too long ends as the caller said, and its connection is as good as new', async () => {
  await using database = openLimited()
  const pid = await database.inWorkspace(1, async (connection) => {
    const { rows } = await connection.query<{ pid: number }>('select pg_backend_pid() as pid')
    return rows[0]?.pid
  })
  const sleep = (connection: Connection) => connection.query('select pg_sleep(600)')
  await expect(database.inWorkspace(1, sleep)).rejects.toThrow(Late)
  await expect(database.transaction(1, sleep)).rejects.toThrow(Late)
  await expect(database.asOwner(sleep)).rejects.toThrow(Late)
  const { rows } = await database.transaction(1, (connection) =>
    connection.query('select pg_backend_pid() as pid'),
  )
  expect(rows).toEqual([{ pid }])
})

test('who waits for a locked row too long gives up, and leaves nobody waiting in PostgreSQL', async () => {
  await db.database.asOwner((connection) => connection.query(`insert into notes values ('locked')`))
  await using database = openLimited()
  await db.database.transaction(1, async (holder) => {
    await holder.query(`update notes set text = 'locked' where text = 'locked'`)
    const waiting = database.transaction(1, (connection) =>
      connection.query(`update notes set text = 'changed' where text = 'locked'`),
    )
    await expect(waiting).rejects.toThrow(Late)
    const { rows } = await holder.query(`select from pg_stat_activity where wait_event_type = 'Lock'
      and datname = current_database()`)
    expect(rows).toEqual([])
  })
  expect(await notes()).toContain('locked')
})

test('who finds no free connection gives up, and the next finds one', async () => {
  await using database = openLimited()
  const free = Promise.withResolvers<void>()
  const holding = database.inWorkspace(1, async () => await free.promise)
  await expect(database.inWorkspace(1, (connection) => connection.query('select 1'))).rejects.toThrow(Late)
  free.resolve()
  await holding
  await database.inWorkspace(1, (connection) => connection.query('select 1'))
})

test('a server that has frozen is given up as well, and its connection is not used again', async () => {
  await using database = openLimited()
  // Without its own limit PostgreSQL ends nothing, as if it had frozen.
  const frozen = database.inWorkspace(1, async (connection) => {
    await connection.query('set statement_timeout = 0')
    await connection.query('select pg_sleep(600)')
  })
  await expect(frozen).rejects.toThrow(Late)
  await database.inWorkspace(1, (connection) => connection.query('select 1'))
})

test('a server that takes connections and never answers is given up', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  await using database = openDatabase({
    connectionString: `postgres://nobody@127.0.0.1:${port}/nothing`,
    poolSize: 1,
    limit: { waitMs: 100, late: () => new Late('too late') },
  })
  await expect(database.asOwner((connection) => connection.query('select 1'))).rejects.toThrow(Late)
  silent.close()
})

test('where the server is away, or goes under the work, the work ends as the caller said', async () => {
  const refusing = createServer().listen(0, '127.0.0.1')
  await once(refusing, 'listening')
  const { port } = refusing.address() as AddressInfo
  refusing.close()
  await once(refusing, 'close')
  await using away = openDatabase({
    connectionString: `postgres://nobody@127.0.0.1:${port}/nothing`,
    poolSize: 1,
    limit: { waitMs: 1000, late: () => new Late('away') },
  })
  await expect(away.inWorkspace(1, (connection) => connection.query('select 1'))).rejects.toThrow(Late)
  // As where it runs in a container that is made anew.
  await using unnamed = openDatabase({
    connectionString: 'postgres://nobody@postgres.invalid/nothing',
    poolSize: 1,
    limit: { waitMs: 2000, late: () => new Late('away') },
  })
  await expect(unnamed.inWorkspace(1, (connection) => connection.query('select 1'))).rejects.toThrow(Late)
  await using database = openLimited()
  for (const then of ['select 1', 'select pg_sleep(0)']) {
    const broken = database.transaction(1, async (connection) => {
      const { rows } = await connection.query<{ pid: number }>('select pg_backend_pid() as pid')
      await db.database.asOwner((owner) =>
        owner.query('select pg_terminate_backend($1, 10000)', [rows[0]?.pid]),
      )
      await connection.query(then)
    })
    await expect(broken).rejects.toThrow(Late)
  }
  await database.inWorkspace(1, (connection) => connection.query('select 1'))
  await expect(
    database.inWorkspace(1, (connection) => connection.query('select nothing')),
  ).rejects.not.toThrow(Late)
})

test('where another server has taken over, a write ends as the caller said, and the next finds a connection to that one', async () => {
  await using database = openLimited()
  const writing = database.inWorkspace(1, async (connection) => {
    await connection.query('set session characteristics as transaction read only')
    await connection.query(`insert into notes values ('lost')`)
  })
  await expect(writing).rejects.toThrow(Late)
  await database.inWorkspace(1, (connection) => connection.query(`insert into notes values ('taken')`))
  expect(await notes()).toContain('taken')
})
