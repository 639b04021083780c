import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { maintainPartitions } from '../../platform/postgres/partitions.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { eventPartitions } from '../events/event-partitions.ts'
import { dropRecordsOfDroppedEvents } from './drop-records-of-dropped-events.ts'
import { ofProfile, type PropertyOwner } from './property-record.ts'
import { putPropertyRecords } from './write-property-records.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply('workspace: acme', 'workspace: other')
})
afterAll(() => db[Symbol.asyncDispose]())

async function maintainAt(time: string, days?: number): Promise<void> {
  await maintainPartitions(db.database, [eventPartitions({ days, consumers: [] })], new Date(time))
}

const ticket = { id: 'ticket', unique: true }

/** @returns the properties that another owner has */
async function put(slug: string, owner: PropertyOwner, value: unknown): Promise<readonly string[]> {
  const id = db.directory.bySlug(slug)?.id ?? 0
  return await db.database.transaction(id, (connection) =>
    putPropertyRecords(connection, id, owner, [{ definition: ticket, value }]),
  )
}

function event(time: string): PropertyOwner {
  return { kind: 'event', id: String(++events), endsWith: randomUUID(), receivedAt: new Date(time) }
}
let events = 0

async function left(): Promise<readonly unknown[]> {
  return await db.database.asOwner(async (connection) => {
    const { rows } = await connection.query<{ value: unknown }>(
      'select value from property_records order by value',
    )
    return rows.map(({ value }) => value)
  })
}

test('property records of events end with the month of the events, whatever the workspace and however many (L55)', async () => {
  for (const month of ['2026-01', '2026-02', '2026-03', '2026-04']) await maintainAt(`${month}-10T00:00:00Z`)
  for (const slug of ['acme', 'other']) {
    await put(slug, event('2026-01-01T00:00:00Z'), 'first moment')
    await put(slug, event('2026-01-31T23:59:59.999Z'), 'last moment')
    await put(slug, event('2026-02-01T00:00:00Z'), 'kept: february')
    await put(slug, ofProfile(randomUUID()), 'kept: of a customer')
    await put(slug, { kind: 'purchase', id: '1' }, 'kept: of a purchase')
  }
  const id = db.directory.bySlug('acme')?.id ?? 0
  await db.database.inWorkspace(id, (connection) =>
    connection.query(
      `insert into property_records (workspace_id, owner_kind, owner_id, property_id, value, received_at)
       select $1, 'event', n, 'seat', '"many"', '2026-01-15' from generate_series(1, 2500) n`,
      [id],
    ),
  )
  await dropRecordsOfDroppedEvents(db.database)
  expect(await left()).toHaveLength(2510)

  await maintainAt('2026-03-03T00:00:00Z', 30)
  await dropRecordsOfDroppedEvents(db.database)
  const kept = ['kept: february', 'kept: of a customer', 'kept: of a purchase']
  expect(await left()).toEqual(kept.flatMap((value) => [value, value]))
  expect(await put('acme', event('2026-03-01T00:00:00Z'), 'first moment')).toEqual([])
})

test('a month between two that are kept counts as well', async () => {
  await db.database.asOwner((connection) => connection.query('drop table events_20260301'))
  await put('acme', event('2026-03-31T23:59:59Z'), 'march')
  await put('acme', event('2026-04-01T00:00:00Z'), 'kept: april')
  await dropRecordsOfDroppedEvents(db.database)
  expect(await left()).toEqual(expect.arrayContaining(['kept: february', 'kept: april']))
  expect(await left()).not.toEqual(expect.arrayContaining(['march']))
})
