import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { openSession } from './session.ts'

let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db[Symbol.asyncDispose]())

async function terminateSessions(): Promise<void> {
  await db.database.asOwner((connection) =>
    connection.query(
      `select pg_terminate_backend(pid, 10000) from pg_stat_activity
       where datname = current_database() and application_name = 'tessera session'`,
    ),
  )
}

test('a lock is one session’s, for as long as it lives, and free the moment it ends', async () => {
  const first = await openSession(db.url, db.logger)
  await using second = await openSession(db.url, db.logger)
  expect(await first.tryLock(1, 1)).toBe(true)
  expect(await first.tryLock(1, 1)).toBe(true)
  expect(await second.tryLock(1, 1)).toBe(false)
  expect(await second.tryLock(1, 2)).toBe(true)
  await first[Symbol.asyncDispose]()
  await expect.poll(() => second.tryLock(1, 1)).toBe(true)
})

test('a session that is lost comes back by itself, knows that its locks are gone, and says that it may have missed something', async () => {
  await using session = await openSession(db.url, db.logger)
  const heard: (string | undefined)[] = []
  await session.listen('news', (payload) => heard.push(payload))
  expect(await session.tryLock(2, 1)).toBe(true)
  await session.notify('news', 'before')
  await expect.poll(() => heard).toEqual(['before'])

  await terminateSessions()
  await expect.poll(() => heard).toEqual(['before', undefined])
  await using other = await openSession(db.url, db.logger)
  expect(await other.tryLock(2, 1)).toBe(true)
  expect(await session.tryLock(2, 1)).toBe(false)
  await session.notify('news', 'after')
  await expect.poll(() => heard.at(-1)).toBe('after')
})

test('closing leaves no connection behind, also while the session is on its way back', async () => {
  const session = await openSession(db.url, db.logger)
  await terminateSessions()
  await session[Symbol.asyncDispose]()
  const sessions = () =>
    db.database.asOwner(async (connection) => {
      const { rows } = await connection.query(
        `select from pg_stat_activity where datname = current_database() and application_name = 'tessera session'
           and pid not in (select pid from pg_locks where locktype = 'advisory')`,
      )
      return rows.length
    })
  // The test database has a session of its own.
  await expect.poll(sessions).toBe(1)
})
