import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rowsRead } from '../../testing/rows-read.ts'
import { mergeProfiles } from '../identity/merge-profiles.ts'
import { deleteProfiles } from '../profiles/delete-profiles.ts'
import { appendEvents } from './append-events.ts'
import { isTrusted } from './event.ts'
import { type EventsFixture, event, openEventsFixture } from './events.fixture.ts'
import { openEvents } from './events.ts'
import { eventParts } from './profile-parts.ts'
import { findEvent, readTimeline } from './read-events.ts'

let fixture: EventsFixture
beforeAll(async () => {
  fixture = await openEventsFixture()
})
afterAll(() => fixture[Symbol.asyncDispose]())

const receivedAt = '2026-11-21T10:00:00.000Z'

test('appending looks up who is known, and reads no identifiers of others, though no statistics were taken yet', async () => {
  for (let n = 0; n < 20; n++) await fixture.newProfile([['email', `stranger-${n}@example.com`]])
  const profile = await fixture.newProfile([['email', 'looked-up@example.com']])
  await fixture.db.database.transaction(fixture.acme.id, async (connection) => {
    const read = await rowsRead(connection, () =>
      appendEvents(connection, fixture.acme.id, [event('a', { profile }), event('b')]),
    )
    expect(read.get('identifiers')).toBe(1)
  })
})

test('an event has a number of 16 to 19 digits below 2^63, given in the order of the events (S8)', async () => {
  const profile = randomUUID()
  const numbers = await fixture.inAcme((connection) =>
    appendEvents(
      connection,
      fixture.acme.id,
      ['a', 'b', 'c'].map((name) => event(name, { profile })),
    ),
  )
  for (const [index, number] of numbers.entries()) {
    expect(number).toMatch(/^\d{16,19}$/)
    expect(BigInt(number)).toBeLessThan(2n ** 63n)
    const found = await fixture.inAcme((connection) => findEvent(connection, fixture.acme.id, number))
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
  const [number = ''] = await fixture.inAcme((connection) =>
    appendEvents(connection, fixture.acme.id, [sent]),
  )
  const found = await fixture.inAcme((connection) => findEvent(connection, fixture.acme.id, number))
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
  const anonymous = await fixture.newProfile([
    ['anonymous_id', 'anon-1'],
    ['cookie_id', 'cookie-1'],
  ])
  const known = await fixture.newProfile([['email', 'known@example.com']])
  const numbers = await fixture.inAcme((connection) =>
    appendEvents(connection, fixture.acme.id, [
      event('x', { profile: anonymous }),
      event('x', { profile: known }),
    ]),
  )
  await fixture.inAcme((connection) =>
    connection.query(
      `insert into identifiers (workspace_id, kind, value, profile_id) values ($1, 'email', 'late@example.com', $2)`,
      [fixture.acme.id, anonymous],
    ),
  )
  const found = await Promise.all(
    numbers.map((n) => fixture.inAcme((connection) => findEvent(connection, fixture.acme.id, n))),
  )
  expect(found.map((stored) => stored?.byKnown)).toEqual([false, true])
})

test('an event of a profile that was merged away belongs to the survivor (S9)', async () => {
  const [from, into] = [randomUUID(), await fixture.newProfile([])]
  await fixture.inAcme((connection) =>
    connection.query('insert into merged_profiles (workspace_id, id, survivor_id) values ($1, $2, $3)', [
      fixture.acme.id,
      from,
      into,
    ]),
  )
  const [number = ''] = await fixture.inAcme((connection) =>
    appendEvents(connection, fixture.acme.id, [event('x', { profile: from })]),
  )
  expect(
    (await fixture.inAcme((connection) => findEvent(connection, fixture.acme.id, number)))?.profileId,
  ).toBe(into)
})

test('an event kept under an identifier joins the timeline of who gets it later; newest first (C64)', async () => {
  const now = Date.now()
  const at = (ago: number) => new Date(now - ago).toISOString()
  const base = { received_at: at(0), source: 'back end', data: {} } as const
  await fixture.inAcme((connection) =>
    appendEvents(connection, fixture.acme.id, [
      { ...base, name: 'second', customer: 'c-later', occurred_at: at(2000) },
      { ...base, name: 'first', email_key: 'later@example.com', occurred_at: at(3000) },
      { ...base, name: 'of a unit', email_key: 'later@example.com', unit: 'DE', occurred_at: at(2500) },
      { ...base, name: 'of nobody', email_key: 'nobody@example.com', occurred_at: at(2500) },
    ]),
  )
  const profile = await fixture.newProfile([
    ['customer_id', 'c-later'],
    ['email', 'later@example.com'],
  ])
  await fixture.inAcme((connection) =>
    appendEvents(connection, fixture.acme.id, [
      { ...base, name: 'third', customer: 'c-later', occurred_at: at(1000) },
    ]),
  )
  const timeline = await fixture.inAcme((connection) =>
    readTimeline(connection, fixture.acme.id, profile, 10),
  )
  expect(timeline.map(({ name }) => name)).toEqual(['third', 'second', 'first'])
  const newest = await fixture.inAcme((connection) => readTimeline(connection, fixture.acme.id, profile, 1))
  expect(newest.map(({ name }) => name)).toEqual(['third'])
})

test('an event that was being appended while its profile was merged is on the timeline of the survivor (S9, S19)', async () => {
  const [from, into] = [
    await fixture.newProfile([]),
    await fixture.newProfile([['email', 'survivor@example.com']]),
  ]
  const appended = Promise.withResolvers<void>()
  const merged = Promise.withResolvers<void>()
  const appending = fixture.db.database.transaction(fixture.acme.id, async (connection) => {
    await appendEvents(connection, fixture.acme.id, [event('crossed', { profile: from })])
    appended.resolve()
    await merged.promise
  })
  await appended.promise
  await fixture.db.database.transaction(fixture.acme.id, (connection) =>
    mergeProfiles(
      connection,
      fixture.acme,
      { from, into, cause: 'identified', keepsData: false },
      eventParts,
    ),
  )
  merged.resolve()
  await appending
  const timeline = await fixture.inAcme((connection) => readTimeline(connection, fixture.acme.id, into, 10))
  expect(timeline.map(({ name }) => name)).toEqual(['crossed'])
  // And it ends with the survivor.
  await fixture.db.database.transaction(fixture.acme.id, (connection) =>
    deleteProfiles(connection, fixture.acme.id, [{ profile: into }], eventParts),
  )
  expect(await fixture.eventsNamed('crossed')).toBe(0)
})

test('who is deleted leaves no event under an identifier, so that the next one who has it starts clean (C17, S20)', async () => {
  const early = { ...event('of before'), received_at: new Date().toISOString(), data: {} }
  const { profile: _nobody, ...unnamed } = early
  await fixture.inAcme((connection) =>
    appendEvents(connection, fixture.acme.id, [
      { ...unnamed, customer: 'returning' },
      { ...unnamed, email_key: 'returning@example.com' },
      { ...unnamed, email_key: 'somebody.else@example.com' },
    ]),
  )
  const profile = await fixture.newProfile([
    ['customer_id', 'returning'],
    ['email', 'returning@example.com'],
  ])
  await fixture.db.database.transaction(fixture.acme.id, (connection) =>
    deleteProfiles(connection, fixture.acme.id, [{ profile }], eventParts),
  )
  expect(await fixture.eventsNamed('of before')).toBe(1)
})

test('what no table can hold is kept as U+FFFD, and nobody who shares the commit suffers (S36)', async () => {
  await using events = await openEvents({ ...fixture.db, consumers: [] })
  const numbers = await Promise.all([
    events.append(fixture.acme.id, event('a\0b', { data: { 'k\0': 'v\ud800' } })),
    events.append(fixture.acme.id, event('plain')),
  ])
  const [first, second] = await Promise.all(
    numbers.map((n) => fixture.inAcme((connection) => findEvent(connection, fixture.acme.id, n))),
  )
  expect(first).toMatchObject({ name: 'a\uFFFDb', data: { 'k\uFFFD': 'v\uFFFD' } })
  expect(second?.name).toBe('plain')
})
