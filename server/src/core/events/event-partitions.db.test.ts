import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { maintainPartitions } from '../../platform/postgres/partitions.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { appendEvents } from './append-events.ts'
import { type EventConsumer, runConsumer } from './event-consumer.ts'
import { eventPartitions } from './event-partitions.ts'

let db: TestDatabase
let acme: Workspace

beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply('workspace: acme')
  acme = db.workspace()
})
afterAll(() => db[Symbol.asyncDispose]())

const names = ["quick's", 'slow']

async function maintainAt(time: string, days: number | undefined): Promise<void> {
  await maintainPartitions(db.database, [eventPartitions({ days, consumers: names })], new Date(time))
}

async function append(name: string, received_at: string): Promise<void> {
  const event = { name, profile: randomUUID(), occurred_at: received_at, received_at, data: {} }
  await db.database.inWorkspace(acme.id, (connection) =>
    appendEvents(connection, acme.id, [{ ...event, source: 'back end' }]),
  )
}

async function kept(): Promise<readonly string[]> {
  return await db.database.asOwner(async (connection) => {
    const { rows } = await connection.query<{ name: string }>('select name from events order by received_at')
    return rows.map(({ name }) => name)
  })
}

async function readAll(name: string): Promise<void> {
  let last = ''
  const consumer: EventConsumer = {
    name,
    async handle(_connection, _workspace, events) {
      last = events.at(-1)?.name ?? last
    },
  }
  await using running = runConsumer(consumer, db)
  running.wake(acme.id)
  await expect.poll(() => last).toBe('february')
}

test('a month of events goes whole once all of it is too old and every consumer has read it', async () => {
  await maintainAt('2026-01-10T00:00:00Z', undefined)
  await append('early', '2026-01-01T00:00:00Z')
  await append('late', '2026-01-31T23:59:59Z')
  await append('february', '2026-02-01T00:00:00Z')
  const all = ['early', 'late', 'february']

  await maintainAt('2036-01-01T00:00:00Z', undefined)
  expect(await kept()).toEqual(all)
  // Nobody has read anything, then one of two.
  await maintainAt('2026-03-03T00:00:00Z', 30)
  expect(await kept()).toEqual(all)
  await readAll("quick's")
  await maintainAt('2026-03-03T00:00:00Z', 30)
  expect(await kept()).toEqual(all)
  await readAll('slow')
  // The last moment of January is 30 days ago on March 3.
  await maintainAt('2026-03-02T23:59:59Z', 30)
  expect(await kept()).toEqual(all)
  await maintainAt('2026-03-03T00:00:00Z', 30)
  expect(await kept()).toEqual(['february'])
})
