import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { untilSomebodyWaits } from '../../testing/until-somebody-waits.ts'
import { maintainPartitions, type PartitionedTable } from './partitions.ts'

const daily: PartitionedTable = { name: 'daily', unit: 'day', keptForHours: 24, keptWhile: 'not done' }
const monthly: PartitionedTable = { name: 'monthly', unit: 'month' }

let db: TestDatabase

beforeEach(async () => {
  db = await createTestDatabase()
  await db.database.asOwner((connection) =>
    connection.query(`
      create table daily (day date, done boolean) partition by range (day);
      create table monthly (at timestamptz) partition by range (at)`),
  )
})
afterEach(() => db[Symbol.asyncDispose]())

async function maintainAt(time: string): Promise<readonly string[]> {
  return await maintainPartitions(db.database, [daily, monthly], new Date(time))
}

async function partitionsOf(table: string): Promise<Readonly<Record<string, string>>> {
  return await db.database.asOwner(async (connection) => {
    await connection.query(`set timezone = 'UTC'`)
    const { rows } = await connection.query<{ name: string; bounds: string }>(
      `select relname as name, pg_get_expr(relpartbound, oid) as bounds from pg_class
       where oid in (select inhrelid from pg_inherits where inhparent = $1::regclass) order by 1`,
      [table],
    )
    return Object.fromEntries(rows.map(({ name, bounds }) => [name, bounds]))
  })
}

async function namesOf(table: string): Promise<readonly string[]> {
  return Object.keys(await partitionsOf(table))
}

test('there are partitions of now and of the near future, named after the day they begin', async () => {
  await maintainAt('2028-02-28T23:59:59Z')
  expect(await namesOf('daily')).toEqual(['daily_20280228', 'daily_20280229', 'daily_20280301'])
  expect(await namesOf('monthly')).toEqual(['monthly_20280201', 'monthly_20280301', 'monthly_20280401'])
})

test('a month after a 31st, and the end of a year, are no exceptions', async () => {
  await maintainAt('2027-12-31T12:00:00Z')
  expect(await namesOf('monthly')).toEqual(['monthly_20271201', 'monthly_20280101', 'monthly_20280201'])
  expect(await namesOf('daily')).toEqual(['daily_20271231', 'daily_20280101', 'daily_20280102'])
})

test('a partition is dropped once its last row is too old, and not an hour before', async () => {
  await maintainAt('2026-05-01T12:00:00Z')
  await maintainAt('2026-05-02T23:59:59Z')
  expect(await namesOf('daily')).toContain('daily_20260501')
  await maintainAt('2026-05-03T00:00:00Z')
  expect(await namesOf('daily')).toEqual([
    'daily_20260502',
    'daily_20260503',
    'daily_20260504',
    'daily_20260505',
  ])
  await maintainAt('2036-05-03T00:00:00Z')
  expect(await namesOf('monthly')).toContain('monthly_20260501')
})

test('a partition that holds what must not be lost stays, however long the server was off (C1)', async () => {
  await maintainAt('2026-05-01T12:00:00Z')
  await db.database.asOwner((connection) =>
    connection.query(`insert into daily values ('2026-05-01', false), ('2026-05-02', true)`),
  )
  await maintainAt('2026-06-01T00:00:00Z')
  expect(await namesOf('daily')).toContain('daily_20260501')
  expect(await namesOf('daily')).not.toContain('daily_20260502')
  await db.database.asOwner((connection) => connection.query('update daily set done = true'))
  await maintainAt('2026-06-01T01:00:00Z')
  expect(await namesOf('daily')).not.toContain('daily_20260501')
})

test('bounds are those of UTC, whatever the time zone of the database', async () => {
  const { pathname } = new URL(db.url.replace('@/', '@localhost/'))
  await db.database.asOwner((connection) =>
    connection.query(
      `alter database ${pathname.slice(1)} set timezone = 'Europe/Prague'; set timezone = 'Europe/Prague'`,
    ),
  )
  await maintainAt('2026-05-31T23:30:00Z')
  expect((await partitionsOf('monthly')).monthly_20260501).toBe(
    `FOR VALUES FROM ('2026-05-01 00:00:00+00') TO ('2026-06-01 00:00:00+00')`,
  )
})

test('processes that maintain at once do not stand in each other’s way', async () => {
  await Promise.all(Array.from({ length: 4 }, () => maintainAt('2026-05-01T12:00:00Z')))
  expect(await namesOf('daily')).toHaveLength(3)
})

test('while somebody reads for long others still write; what could not be done is left for the next time', async () => {
  await maintainAt('2026-05-01T12:00:00Z')
  await using reader = await openReader()
  await reader.query('select from daily')
  const maintained = maintainAt('2026-05-03T00:00:00Z')
  await untilSomebodyWaits(db.database)
  await db.database.asOwner((connection) => connection.query(`insert into daily values ('2026-05-03', true)`))
  expect(await maintained).toEqual(['daily'])
  expect(await namesOf('daily')).toEqual(['daily_20260501', 'daily_20260502', 'daily_20260503'])
  await reader.query('rollback')
  expect(await maintainAt('2026-05-03T01:00:00Z')).toEqual([])
  expect(await namesOf('daily')).toEqual([
    'daily_20260502',
    'daily_20260503',
    'daily_20260504',
    'daily_20260505',
  ])
})

test('without a partition of now it fails, and is not left for later', async () => {
  await maintainAt('2026-05-01T12:00:00Z')
  await using reader = await openReader()
  await reader.query('select from daily')
  await expect(maintainAt('2026-06-01T00:00:00Z')).rejects.toMatchObject({ code: '55P03' })
})

/** A connection inside of a transaction. */
async function openReader() {
  const client = new pg.Client({ connectionString: db.url })
  await client.connect()
  await client.query('begin')
  return {
    query: (text: string) => client.query(text),
    [Symbol.asyncDispose]: () => client.end(),
  }
}
