import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Connection } from '../../platform/postgres/database.ts'
import { rowsRead } from '../../testing/rows-read.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { mergeProfiles } from '../identity/merge-profiles.ts'
import { deleteProfiles } from '../profiles/delete-profiles.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { appendEvents } from './append-events.ts'
import { isTrusted, type NewEvent } from './event.ts'
import { type EventConsumer, hasConsumed, runConsumer } from './event-consumer.ts'
import { openEvents } from './events.ts'
import { eventParts } from './profile-parts.ts'
import { findEvent, readTimeline } from './read-events.ts'

let db: TestDatabase
let acme: Workspace
let other: Workspace

beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply('workspace: acme', 'workspace: other')
  const [first, second] = ['acme', 'other'].map((slug) => db.directory.bySlug(slug))
  if (!first || !second) throw new Error('no workspace')
  acme = first
  other = second
})
afterAll(() => db[Symbol.asyncDispose]())

function inAcme<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
  return db.database.inWorkspace(acme.id, work)
}

const receivedAt = '2026-11-21T10:00:00.000Z'

function event(name: string, more: Partial<NewEvent> = {}): NewEvent {
  const now = new Date().toISOString()
  return {
    name,
    profile: randomUUID(),
    occurred_at: now,
    received_at: now,
    source: 'public',
    data: {},
    ...more,
  }
}

async function newProfile(identifiers: readonly (readonly [kind: string, value: string])[]): Promise<string> {
  const id = randomUUID()
  await inAcme(async (connection) => {
    await connection.query('insert into profiles (workspace_id, id) values ($1, $2)', [acme.id, id])
    for (const [kind, value] of identifiers) {
      await connection.query(
        'insert into identifiers (workspace_id, kind, value, profile_id) values ($1, $2, $3, $4)',
        [acme.id, kind, value, id],
      )
    }
  })
  return id
}

test('appending looks up who is known, and reads no identifiers of others, though no statistics were taken yet', async () => {
  for (let n = 0; n < 20; n++) await newProfile([['email', `stranger-${n}@example.com`]])
  const profile = await newProfile([['email', 'looked-up@example.com']])
  await db.database.transaction(acme.id, async (connection) => {
    const read = await rowsRead(connection, () =>
      appendEvents(connection, acme.id, [event('a', { profile }), event('b')]),
    )
    expect(read.get('identifiers')).toBe(1)
  })
})

test('an event has a number of 16 to 19 digits below 2^63, given in the order of the events (S8)', async () => {
  const profile = randomUUID()
  const numbers = await inAcme((connection) =>
    appendEvents(
      connection,
      acme.id,
      ['a', 'b', 'c'].map((name) => event(name, { profile })),
    ),
  )
  for (const [index, number] of numbers.entries()) {
    expect(number).toMatch(/^\d{16,19}$/)
    expect(BigInt(number)).toBeLessThan(2n ** 63n)
    const found = await inAcme((connection) => findEvent(connection, acme.id, number))
    expect(found?.name).toBe('abc'[index])
  }
})

test.each([
  ['public', '2026-11-20T10:00:00.000Z', '2026-11-20T10:00:00.000Z'],
  ['public', '2026-11-19T21:59:59.000Z', receivedAt],
  ['public', '2026-11-21T10:04:59.000Z', '2026-11-21T10:04:59.000Z'],
  ['public', '2026-11-21T10:05:01.000Z', receivedAt],
  ['back end', '2020-01-01T00:00:00.000Z', '2020-01-01T00:00:00.000Z'],
  ['endpoint', '2020-01-01T00:00:00.000Z', '2020-01-01T00:00:00.000Z'],
  ['back end', '2026-11-21T10:05:01.000Z', receivedAt],
] as const)('the time that counts of a %s event of %s is %s (S26)', async (source, occurred_at, counted) => {
  const sent = event('timed', { source, occurred_at, received_at: receivedAt })
  const [number = ''] = await inAcme((connection) => appendEvents(connection, acme.id, [sent]))
  const found = await inAcme((connection) => findEvent(connection, acme.id, number))
  expect(found?.occurredAt.toISOString()).toBe(occurred_at)
  expect(found?.countedAt.toISOString()).toBe(counted)
})

test('an event type that is backendOnly is trusted from a back end alone (S27)', () => {
  const types = [
    { code: 'review', backendOnly: true },
    { code: 'open', backendOnly: false },
  ]
  expect(isTrusted(types, 'review', 'back end')).toBe(true)
  expect(isTrusted(types, 'review', 'public')).toBe(false)
  expect(isTrusted(types, 'review', 'endpoint')).toBe(false)
  expect(isTrusted(types, 'open', 'public')).toBe(true)
  expect(isTrusted(types, 'undeclared', 'public')).toBe(true)
})

test('an event says whether its profile was known when it came, and a later sign-in changes nothing (S7, S30)', async () => {
  const anonymous = await newProfile([
    ['anonymous_id', 'anon-1'],
    ['cookie_id', 'cookie-1'],
  ])
  const known = await newProfile([['email', 'known@example.com']])
  const numbers = await inAcme((connection) =>
    appendEvents(connection, acme.id, [event('x', { profile: anonymous }), event('x', { profile: known })]),
  )
  await inAcme((connection) =>
    connection.query(
      `insert into identifiers (workspace_id, kind, value, profile_id) values ($1, 'email', 'late@example.com', $2)`,
      [acme.id, anonymous],
    ),
  )
  const found = await Promise.all(
    numbers.map((n) => inAcme((connection) => findEvent(connection, acme.id, n))),
  )
  expect(found.map((stored) => stored?.byKnown)).toEqual([false, true])
})

test('an event of a profile that was merged away belongs to the survivor (S9)', async () => {
  const [from, into] = [randomUUID(), await newProfile([])]
  await inAcme((connection) =>
    connection.query('insert into merged_profiles (workspace_id, id, survivor_id) values ($1, $2, $3)', [
      acme.id,
      from,
      into,
    ]),
  )
  const [number = ''] = await inAcme((connection) =>
    appendEvents(connection, acme.id, [event('x', { profile: from })]),
  )
  expect((await inAcme((connection) => findEvent(connection, acme.id, number)))?.profileId).toBe(into)
})

test('an event kept under an identifier joins the timeline of who gets it later; newest first (C64)', async () => {
  const now = Date.now()
  const at = (ago: number) => new Date(now - ago).toISOString()
  const base = { received_at: at(0), source: 'back end', data: {} } as const
  await inAcme((connection) =>
    appendEvents(connection, acme.id, [
      { ...base, name: 'second', customer: 'c-later', occurred_at: at(2000) },
      { ...base, name: 'first', email_key: 'later@example.com', occurred_at: at(3000) },
      { ...base, name: 'of a unit', email_key: 'later@example.com', unit: 'DE', occurred_at: at(2500) },
      { ...base, name: 'of nobody', email_key: 'nobody@example.com', occurred_at: at(2500) },
    ]),
  )
  const profile = await newProfile([
    ['customer_id', 'c-later'],
    ['email', 'later@example.com'],
  ])
  await inAcme((connection) =>
    appendEvents(connection, acme.id, [
      { ...base, name: 'third', customer: 'c-later', occurred_at: at(1000) },
    ]),
  )
  const timeline = await inAcme((connection) => readTimeline(connection, acme.id, profile, 10))
  expect(timeline.map(({ name }) => name)).toEqual(['third', 'second', 'first'])
  const newest = await inAcme((connection) => readTimeline(connection, acme.id, profile, 1))
  expect(newest.map(({ name }) => name)).toEqual(['third'])
})

test('an event that was being appended while its profile was merged is on the timeline of the survivor (S9, S19)', async () => {
  const [from, into] = [await newProfile([]), await newProfile([['email', 'survivor@example.com']])]
  const appended = Promise.withResolvers<void>()
  const merged = Promise.withResolvers<void>()
  const appending = db.database.transaction(acme.id, async (connection) => {
    await appendEvents(connection, acme.id, [event('crossed', { profile: from })])
    appended.resolve()
    await merged.promise
  })
  await appended.promise
  await db.database.transaction(acme.id, (connection) =>
    mergeProfiles(connection, acme, { from, into, cause: 'identified', keepsData: false }, eventParts),
  )
  merged.resolve()
  await appending
  const timeline = await inAcme((connection) => readTimeline(connection, acme.id, into, 10))
  expect(timeline.map(({ name }) => name)).toEqual(['crossed'])
  // And it ends with the survivor.
  await db.database.transaction(acme.id, (connection) =>
    deleteProfiles(connection, acme.id, [{ profile: into }], eventParts),
  )
  expect(await eventsNamed('crossed')).toBe(0)
})

async function eventsNamed(name: string): Promise<number> {
  return await inAcme(async (connection) => {
    const { rowCount } = await connection.query('select from events where workspace_id = $1 and name = $2', [
      acme.id,
      name,
    ])
    return rowCount ?? 0
  })
}

test('who is deleted leaves no event under an identifier, so that the next one who has it starts clean (C17, S20)', async () => {
  const early = { ...event('of before'), received_at: new Date().toISOString(), data: {} }
  const { profile: _nobody, ...unnamed } = early
  await inAcme((connection) =>
    appendEvents(connection, acme.id, [
      { ...unnamed, customer: 'returning' },
      { ...unnamed, email_key: 'returning@example.com' },
      { ...unnamed, email_key: 'somebody.else@example.com' },
    ]),
  )
  const profile = await newProfile([
    ['customer_id', 'returning'],
    ['email', 'returning@example.com'],
  ])
  await db.database.transaction(acme.id, (connection) =>
    deleteProfiles(connection, acme.id, [{ profile }], eventParts),
  )
  expect(await eventsNamed('of before')).toBe(1)
})

test('what no table can hold is kept as U+FFFD, and nobody who shares the commit suffers (S36)', async () => {
  await using events = await openEvents({ ...db, consumers: [] })
  const numbers = await Promise.all([
    events.append(acme.id, event('a\0b', { data: { 'k\0': 'v\ud800' } })),
    events.append(acme.id, event('plain')),
  ])
  const [first, second] = await Promise.all(
    numbers.map((n) => inAcme((connection) => findEvent(connection, acme.id, n))),
  )
  expect(first).toMatchObject({ name: 'a\uFFFDb', data: { 'k\uFFFD': 'v\uFFFD' } })
  expect(second?.name).toBe('plain')
})

/** Keeps what it was shown, in the database, as a consumer does. */
function recorder(name: string, handle: (names: readonly string[]) => void = () => {}): EventConsumer {
  return {
    name,
    async handle(connection, workspace, events) {
      for (const { name: eventName } of events) {
        await connection.query('insert into seen (workspace_id, consumer, name) values ($1, $2, $3)', [
          workspace.id,
          name,
          eventName,
        ])
      }
      handle(events.map(({ name: eventName }) => eventName))
    },
  }
}

beforeAll(() =>
  db.database.asOwner((connection) =>
    connection.query(`
      create table seen (id bigint generated always as identity, workspace_id integer, consumer text, name text);
      grant insert on seen to tessera_app`),
  ),
)

async function seenBy(consumer: string, workspace = acme): Promise<readonly string[]> {
  return await db.database.asOwner(async (connection) => {
    const { rows } = await connection.query<{ name: string }>(
      'select name from seen where consumer = $1 and workspace_id = $2 order by id',
      [consumer, workspace.id],
    )
    return rows.map(({ name }) => name)
  })
}

test('a consumer is shown every event once, those of one sender in order, though three processes run it at once (E13)', async () => {
  const three = [1, 2, 3].map(() => runConsumer(recorder('thrice'), db))
  await using events = await openEvents({ ...db, consumers: [] })
  const senders = Array.from({ length: 8 }, (_, sender) => sender)
  await Promise.all(
    senders.map(async (sender) => {
      for (let count = 0; count < 15; count++) {
        await events.append(acme.id, event(`thrice ${sender} ${count}`))
        for (const consumer of three) consumer.wake(acme.id)
      }
    }),
  )
  await expect
    .poll(async () => {
      for (const consumer of three) consumer.wake(acme.id)
      return (await seenBy('thrice')).filter((name) => name.startsWith('thrice')).length
    })
    .toBe(120)
  await Promise.all(three.map((consumer) => consumer[Symbol.asyncDispose]()))
  const seen = (await seenBy('thrice')).filter((name) => name.startsWith('thrice'))
  expect(new Set(seen).size).toBe(120)
  for (const sender of senders) {
    const own = seen.filter((name) => name.startsWith(`thrice ${sender} `))
    expect(own).toEqual(own.map((_, count) => `thrice ${sender} ${count}`))
  }
})

test('an event whose transaction is still open is waited for, and nothing overtakes it', async () => {
  await using consumer = runConsumer(recorder('patient'), db)
  await db.database.transaction(acme.id, async (open) => {
    await appendEvents(open, acme.id, [event('began first')])
    await inAcme((connection) => appendEvents(connection, acme.id, [event('ended first')]))
    consumer.wake(acme.id)
    // The reader has met the open transaction: it has read all that came before.
    const before = await inAcme((connection) => connection.query('select count(*) from events'))
    await expect.poll(async () => (await seenBy('patient')).length).toBe(Number(before.rows[0]?.count) - 1)
    expect(await seenBy('patient')).not.toContain('ended first')
  })
  await expect.poll(async () => (await seenBy('patient')).slice(-2)).toEqual(['began first', 'ended first'])
})

test('an event that cannot be handled is passed over alone, and leaves nothing behind', async () => {
  await using consumer = runConsumer(
    recorder('choosy', (names) => {
      if (names.includes('poison')) throw new TypeError('poison')
    }),
    db,
  )
  await inAcme((connection) =>
    appendEvents(
      connection,
      acme.id,
      ['before', 'poison', 'after'].map((name) => event(name)),
    ),
  )
  consumer.wake(acme.id)
  await expect.poll(async () => (await seenBy('choosy')).slice(-2)).toEqual(['before', 'after'])
  expect(await seenBy('choosy')).not.toContain('poison')
})

test('processes that fail on one event pass over that one alone, though one of them was quicker (E13)', async () => {
  const names = ['before', 'twice poison']
  await inAcme((connection) =>
    appendEvents(
      connection,
      acme.id,
      names.map((name) => event(name)),
    ),
  )
  const failsAlone = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  let failures = 0
  const slow = recorder('twice', (shown) => {
    if (!shown.includes('twice poison')) return
    // Once in the batch, once alone.
    if (++failures === 2) failsAlone.resolve()
    throw new TypeError('poison')
  })
  const slowDirectory = {
    ...db.directory,
    async byId(id: number) {
      if (failures === 2) await goOn.promise
      return await db.directory.byId(id)
    },
  }
  await using first = runConsumer(slow, { ...db, directory: slowDirectory })
  first.wake(acme.id)
  await failsAlone.promise
  await using second = runConsumer(
    recorder('twice', (shown) => {
      if (shown.includes('twice poison')) throw new TypeError('poison')
    }),
    db,
  )
  await expect
    .poll(async () => {
      second.wake(acme.id)
      return await hasPassed('twice', 'twice poison')
    })
    .toBe(true)
  await inAcme((connection) => appendEvents(connection, acme.id, [event('twice after')]))
  goOn.resolve()
  await expect
    .poll(async () => {
      first.wake(acme.id)
      return (await seenBy('twice')).at(-1)
    })
    .toBe('twice after')
  expect(await seenBy('twice')).not.toContain('twice poison')
})

async function hasPassed(consumer: string, name: string): Promise<boolean> {
  return await inAcme(async (connection) => {
    const { rows } = await connection.query<{ number: string }>(
      'select number from events where workspace_id = $1 and name = $2',
      [acme.id, name],
    )
    const found = await findEvent(connection, acme.id, rows[0]?.number ?? '')
    return found !== undefined && (await hasConsumed(connection, acme.id, consumer, found.place))
  })
}

test('an event that PostgreSQL cannot take fails alone, and not who shares its commit (C6)', async () => {
  await using events = await openEvents({ ...db, consumers: [] })
  const beyond = { occurred_at: '+300000-01-01T00:00:00.000Z' }
  const sent = ['one', 'beyond', 'two', 'three', 'beyond', 'four']
  const settled = await Promise.allSettled(
    sent.map((name) => events.append(acme.id, event(`shared ${name}`, name === 'beyond' ? beyond : {}))),
  )
  expect(settled.map(({ status }) => status === 'rejected')).toEqual(sent.map((name) => name === 'beyond'))
  const names = await Promise.all(
    settled.map((one) =>
      one.status === 'fulfilled'
        ? inAcme(async (connection) => (await findEvent(connection, acme.id, one.value))?.name)
        : undefined,
    ),
  )
  expect(names).toEqual(sent.map((name) => (name === 'beyond' ? undefined : `shared ${name}`)))
})

test('events wake their consumers, each in its workspace, and who asks learns that one was worked on (E107)', async () => {
  await using events = await openEvents({ ...db, consumers: [recorder('woken')] })
  const number = await events.append(other.id, event('woken'))
  await expect.poll(() => seenBy('woken', other)).toEqual(['woken'])
  expect(await inAcme((connection) => findEvent(connection, acme.id, number))).toBeUndefined()
  await db.database.inWorkspace(other.id, async (connection) => {
    const found = await findEvent(connection, other.id, number)
    if (!found) throw new Error('no event')
    expect(await hasConsumed(connection, other.id, 'woken', found.place)).toBe(true)
    expect(await hasConsumed(connection, other.id, 'nobody', found.place)).toBe(false)
  })
})
