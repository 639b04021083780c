import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { appendEvents } from '../core/events/append-events.ts'
import type { NewEvent } from '../core/events/event.ts'
import { type EventConsumer, runConsumer } from '../core/events/event-consumer.ts'
import { readProfileChanges } from '../core/profiles/profile-changes.ts'
import { openTestSegments, type TestSegments } from '../core/segments/segments.fixture.ts'
import { resumeTransactionNumbers } from '../platform/postgres/transaction-numbers.ts'

const tablesWithNumbers = ['events', 'event_consumers', 'profile_changes', 'segment_evaluations']

let tested: TestSegments
let names: string[]

const reader: EventConsumer = {
  name: 'tested',
  async handle(_connection, _workspace, events) {
    names.push(...events.map(({ name }) => name))
  },
}

beforeEach(async () => {
  tested = await openTestSegments()
  names = []
})
afterEach(() => tested[Symbol.asyncDispose]())

const event = (name: string): Partial<NewEvent> => ({ name, profile: randomUUID() })

/** Lets a consumer read until it has shown so many events. */
async function consume(count: number): Promise<void> {
  const { db } = tested
  await using consumer = runConsumer(reader, db)
  consumer.wake(tested.workspace().id)
  await expect.poll(() => names.length).toBeGreaterThanOrEqual(count)
}

/** What a cluster finds whose transaction numbers are far lower than those of the one that a dump came from. */
async function restoreElsewhere(): Promise<void> {
  await tested.db.database.asOwner(async (connection) => {
    for (const table of tablesWithNumbers) {
      await connection.query(
        `update ${table} set transaction_id = (transaction_id::text::bigint + 5000000000)::text::xid8
         where transaction_id > '0'`,
      )
    }
  })
}

test('after a restore into another cluster consumers go on behind what they had read, in order, and miss nothing', async () => {
  await tested.append(event('read'))
  await consume(1)
  await tested.append(event('unread'))
  await restoreElsewhere()
  expect(await resumeTransactionNumbers(tested.db.database)).toBe(true)
  await tested.append(event('new'), event('newer'))
  await consume(4)
  expect(names).toEqual(['read', 'unread', 'new', 'newer'])
})

test('after a restore into another cluster segments follow what changes', async () => {
  tested.setRules({ large: { attribute: 'count', is: '>', value: 1 } })
  const before = await tested.upsert('before', { count: 2 })
  await tested.settle()
  expect(await tested.members('large')).toEqual([before])
  await restoreElsewhere()
  expect(await resumeTransactionNumbers(tested.db.database)).toBe(true)
  const after = await tested.upsert('after', { count: 2 })
  await tested.settle()
  expect(await tested.members('large')).toEqual([before, after].sort())
  tested.setRules({ small: { attribute: 'count', is: '<=', value: 1 } })
  await tested.settle()
  const small = await tested.upsert('small', { count: 1 })
  await tested.settle()
  expect(await tested.members('small')).toEqual([small])
})

test('of servers that start together on a restored database one raises the numbers, and later starts leave them', async () => {
  await tested.append(event('old'))
  const resume = () => resumeTransactionNumbers(tested.db.database)
  expect(await resume()).toBe(false)
  await restoreElsewhere()
  const raised = await Promise.all(Array.from({ length: 4 }, resume))
  expect(raised.filter(Boolean)).toHaveLength(1)
  await tested.append(event('new'))
  expect(await resume()).toBe(false)
  // Restored once more, from a dump of the restored one.
  await restoreElsewhere()
  expect(await resume()).toBe(true)
  await tested.append(event('newest'))
  await consume(3)
  expect(names).toEqual(['old', 'new', 'newest'])
})

test('on a restored database what an open transaction hides is waited for, and nothing overtakes it', async () => {
  await tested.append(event('old'))
  await restoreElsewhere()
  await resumeTransactionNumbers(tested.db.database)
  const { id } = tested.workspace()
  const order: string[] = []
  const began = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  const now = new Date().toISOString()
  const full = { occurred_at: now, received_at: now, source: 'back end' as const, data: {} }
  const open = tested.db.database.transaction(id, async (connection) => {
    await appendEvents(connection, id, [{ ...full, name: 'first', profile: randomUUID() }])
    began.resolve()
    await goOn.promise
  })
  await began.promise
  await tested.append(event('second'))
  await using consumer = runConsumer(
    {
      name: 'ordered',
      handle: async (_connection, _workspace, events) => void order.push(...events.map((e) => e.name)),
    },
    tested.db,
  )
  consumer.wake(id)
  await expect.poll(() => order).toEqual(['old'])
  goOn.resolve()
  await open
  await expect.poll(() => order).toEqual(['old', 'first', 'second'])
})

test('every table that has transaction numbers is looked at, and takes them from the one function', async () => {
  const { rows } = await tested.db.database.asOwner((connection) =>
    connection.query<{ name: string; made: string | null }>(
      `select c.relname as name, pg_get_expr(d.adbin, d.adrelid) as made
       from pg_attribute a join pg_class c on c.oid = a.attrelid
       left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
       where a.atttypid = 'xid8'::regtype and c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
         and a.attname = 'transaction_id' and not c.relispartition order by 1`,
    ),
  )
  expect(rows.map(({ name }) => name)).toEqual([...tablesWithNumbers].sort())
  for (const { made } of rows) expect([null, 'transaction_number()']).toContain(made)
  await tested.upsert('one', {})
  const read = () =>
    tested.run((connection) => readProfileChanges(connection, tested.workspace().id, undefined, 10))
  await expect.poll(async () => (await read()).length).toBeGreaterThan(0)
})
