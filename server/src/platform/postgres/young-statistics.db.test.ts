import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { takeYoungStatistics } from './young-statistics.ts'

let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply('workspace: acme')
})
afterAll(() => db[Symbol.asyncDispose]())

async function grow(rows: number): Promise<void> {
  await db.database.asOwner((connection) =>
    connection.query(
      'insert into profiles (workspace_id, id) select $1, gen_random_uuid() from generate_series(1, $2)',
      [db.workspace().id, rows],
    ),
  )
}

/** How many profiles the planner knows of; undefined: nobody looked yet. */
async function known(): Promise<number | undefined> {
  return await db.database.asOwner(async (connection) => {
    await connection.query('select pg_stat_force_next_flush()')
    await takeYoungStatistics(db.database)
    const { rows } = await connection.query<{ rows: number }>(
      `select reltuples::integer as rows from pg_class where oid = 'profiles'::regclass`,
    )
    const [row] = rows
    return row && row.rows >= 0 ? row.rows : undefined
  })
}

test('a table is looked at once it is worth it, and again whenever it has doubled', async () => {
  await grow(100)
  expect(await known()).toBeUndefined()
  await grow(900)
  await expect.poll(known).toBe(1000)
  await grow(600)
  expect(await known()).toBe(1000)
  await grow(600)
  await expect.poll(known).toBe(2200)
})
