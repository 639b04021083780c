import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSession } from '../../../platform/postgres/session.ts'
import { runConsumer } from '../../events/event-consumer.ts'
import { openTestSegments, type TestSegments } from '../segments.fixture.ts'
import { evaluateNext, profilesPerStep, startingReadSize } from './evaluate-next.ts'
import { runEvaluation } from './run-evaluation.ts'
import { segmentConsumer } from './segment-consumer.ts'

const dayMs = 86_400_000
const minuteMs = 60_000

let tested: TestSegments

beforeAll(async () => {
  tested = await openTestSegments()
})
afterAll(() => tested[Symbol.asyncDispose]())

const agoIso = (ms: number) => new Date(Date.now() - ms).toISOString()
const inMs = (ms: number) => new Date(Date.now() + ms)

test('an event counts until its window has gone over it, to the moment, and then no more', async () => {
  tested.setRules({ recent: { event: 'purchase', count: '>=', value: 1, withinDays: 10 } })
  const profile = await tested.upsert('window', {})
  const occurred = new Date(Date.now() - 3 * dayMs)
  await tested.append({ profile, occurred_at: occurred.toISOString() })
  await tested.settle()
  expect(await tested.members('recent')).toEqual([profile])
  await tested.settle(new Date(occurred.getTime() + 10 * dayMs - 1))
  expect(await tested.members('recent')).toEqual([profile])
  await tested.settle(new Date(occurred.getTime() + 10 * dayMs))
  expect(await tested.members('recent')).toEqual([])
})

test('who did something too often comes back when the window has gone over it', async () => {
  tested.setRules({ quiet: { event: 'mailed', count: '<', value: 2, withinDays: 7 } })
  const profile = await tested.upsert('quiet', {})
  await tested.settle()
  expect(await tested.members('quiet')).toContain(profile)
  await tested.append(
    { profile, name: 'mailed', occurred_at: agoIso(2 * dayMs) },
    { profile, name: 'mailed' },
  )
  await tested.settle()
  expect(await tested.members('quiet')).not.toContain(profile)
  await tested.settle(inMs(5 * dayMs))
  expect(await tested.members('quiet')).toContain(profile)
})

test('the time that counts decides, not the one an event was sent with (S26)', async () => {
  tested.setRules({ recent: { event: 'backdated', count: '=', value: 1, withinDays: 1 } })
  const [believed, not] = [await tested.upsert('believed', {}), await tested.upsert('not-believed', {})]
  const sent = { name: 'backdated', occurred_at: agoIso(40 * 60 * minuteMs) }
  await tested.append({ ...sent, profile: believed }, { ...sent, profile: not, source: 'public' })
  await tested.settle()
  expect(await tested.members('recent')).toEqual([not])
})

test('an event that is not trusted moves nobody (S27)', async () => {
  tested.setRules({ buyers: { event: 'paid', count: '>=', value: 1 } })
  const profile = await tested.upsert('untrusted', {})
  await tested.append({ profile, name: 'paid', source: 'public', trusted: false })
  await tested.settle()
  expect(await tested.members('buyers')).toEqual([])
  await tested.append({ profile, name: 'paid' })
  await tested.settle()
  expect(await tested.members('buyers')).toEqual([profile])
})

test('an event from before anybody was known under its identifier counts once somebody is (S25)', async () => {
  tested.setRules({ early: { event: 'early', count: '=', value: 1 } })
  await tested.append({ customer: 'later', name: 'early' })
  await tested.settle()
  expect(await tested.members('early')).toEqual([])
  const profile = await tested.upsert('later', {})
  await tested.settle()
  expect(await tested.members('early')).toEqual([profile])
})

test('rules are for known profiles; a visitor is in none, whatever it did not do (S7)', async () => {
  tested.setRules({ nobody: { not: { event: 'never', count: '>', value: 0 } } })
  const visitor = randomUUID()
  const { id } = tested.workspace()
  await tested.run((connection) =>
    connection.query('insert into profiles (workspace_id, id) values ($1, $2)', [id, visitor]),
  )
  const identifier = (kind: string) =>
    tested.run((connection) =>
      connection.query(
        `with given as (
           insert into identifiers (workspace_id, kind, value, profile_id) values ($1, $2, 'x', $3)
         )
         insert into profile_changes (workspace_id, profile_ids, kinds) values ($1, array[$3::uuid], '{updated}')`,
        [id, kind, visitor],
      ),
    )
  await identifier('anonymous_id')
  await tested.settle()
  expect(await tested.members('nobody')).not.toContain(visitor)
  await identifier('partner_user_id')
  await tested.settle()
  expect(await tested.members('nobody')).toContain(visitor)
})

test('a new rule is evaluated for all profiles, a part of them in each transaction', async () => {
  tested.setRules({})
  await tested.settle()
  const count = profilesPerStep * 2 + 200
  await tested.run((connection) =>
    connection.query(
      `insert into profiles (workspace_id, id, customer_id, attributes)
       select $1, gen_random_uuid(), 'many-' || n, '{"city": "many"}' from generate_series(1, $2) n`,
      [tested.workspace().id, count],
    ),
  )
  tested.setRules({ many: { attribute: 'city', is: '=', value: 'many' } })
  const sizes = [0]
  for (let progress = 'more'; progress === 'more'; ) {
    progress = await tested.step()
    sizes.push((await tested.members('many')).length)
  }
  expect(sizes.at(-1)).toBe(count)
  for (const [index, size] of sizes.entries()) {
    expect(size - (sizes[index - 1] ?? 0)).toBeLessThanOrEqual(profilesPerStep)
  }
  tested.setRules({})
  await tested.settle()
  expect(await tested.members('many')).toEqual([])
})

test('a process that knows older rules than another used does not evaluate by them', async () => {
  const older = tested.workspace()
  tested.setRules({ newer: { attribute: 'count', is: '=', value: 1 } })
  await tested.settle()
  const progress = await tested.run((connection) =>
    evaluateNext(connection, older, new Date(), startingReadSize()),
  )
  expect(progress).toBe('stale')
})

test('while one process evaluates, another that would, or that notes an event, waits for it', async () => {
  tested.setRules({ waited: { event: 'waited', count: '>=', value: 1 } })
  const profile = await tested.upsert('waited', {})
  await tested.settle()
  await tested.append({ profile, name: 'waited' })
  let second: Promise<void> | undefined
  let isOver = false
  await tested.run(async (connection) => {
    await evaluateNext(connection, tested.workspace(), new Date(), startingReadSize())
    second = tested.settle().then(() => {
      isOver = true
    })
    await untilOneWaits()
    expect(isOver).toBe(false)
  })
  await second
  expect(await tested.members('waited')).toEqual([profile])
})

/** Until a session of this database waits for a lock. */
async function untilOneWaits(): Promise<void> {
  await until(async () => {
    const { rowCount } = await tested.db.database.asOwner((connection) =>
      connection.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      ),
    )
    return Boolean(rowCount)
  })
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  await expect.poll(isSo, { interval: 5 }).toBe(true)
}

test('of several servers on one database, each keeps memberships up to date with what any of them changed', async () => {
  const file = (least: number) => `
workspace: shared
customerData: { attributes: [{ name: count, type: integer }] }
segments:
  - { id: active, name: Active, where: { any: [
      { attribute: count, is: ">=", value: ${least} }, { event: purchase, count: ">=", value: 1 } ] } }
`
  const { db } = tested
  await db.apply(file(5))
  const shared = db.workspace('shared')
  const sessions = await Promise.all([1, 2].map(() => openSession(db.url, db.logger)))
  const options = sessions.map((session) => ({ ...db, session, clock: { now: () => new Date() } }))
  const evaluations = await Promise.all(options.map((one) => runEvaluation(one)))
  const consumers = options.map((one) => runConsumer(segmentConsumer, one))

  const change = (from: number, to: number, count: number) =>
    db.database.transaction(shared.id, (connection) =>
      connection.query(
        `with changed as (
           insert into profiles (workspace_id, id, customer_id, attributes)
           select $1, ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, n::text,
             jsonb_build_object('count', $4::int)
           from generate_series($2::int, $3::int) n
           on conflict (workspace_id, id) do update set attributes = excluded.attributes
           returning id
         )
         insert into profile_changes (workspace_id, profile_ids, kinds)
         select $1, array_agg(id), array_agg('updated'::text) from changed`,
        [shared.id, from, to, count],
      ),
    )
  const membersAre = (expected: readonly number[]) =>
    until(async () => {
      const { rows } = await db.database.inWorkspace(shared.id, (connection) =>
        connection.query(
          `select p.customer_id from segment_memberships m
           join profiles p on p.workspace_id = $1 and p.id = m.profile_id where m.workspace_id = $1`,
          [shared.id],
        ),
      )
      const found = rows.map((row) => Number(row.customer_id)).toSorted((one, other) => one - other)
      return JSON.stringify(found) === JSON.stringify(expected)
    })
  const range = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => from + index)

  await Promise.all(
    range(0, 19).map(async (block) => {
      await change(block * 10, block * 10 + 9, 0)
      await change(block * 10, block * 10 + 9, block < 10 ? 7 : 3)
      evaluations[block % 2]?.wake(shared.id)
    }),
  )
  await membersAre(range(0, 99))

  await db.database.transaction(shared.id, (connection) =>
    connection.query(
      `insert into events (workspace_id, received_at, profile_id, name, occurred_at, counted_at, source, data)
       select $1, now(), ('00000000-0000-4000-8000-000000000' || n)::uuid, 'purchase', now(), now(), 'back end', '{}'
       from generate_series(190, 199) n`,
      [shared.id],
    ),
  )
  for (const consumer of consumers) consumer.wake(shared.id)
  await membersAre([...range(0, 99), ...range(190, 199)])

  await db.apply(file(2))
  await membersAre(range(0, 199))
  for (const opened of [...consumers, ...evaluations, ...sessions]) await opened[Symbol.asyncDispose]()
})
