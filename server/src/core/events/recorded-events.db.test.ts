import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Connection } from '../../platform/postgres/database.ts'
import { rowsRead } from '../../testing/rows-read.ts'
import { runs } from '../../testing/soak.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { mergeProfiles } from '../identity/merge-profiles.ts'
import { retried } from '../identity/retried.ts'
import { unmergeProfiles } from '../identity/unmerge-profiles.ts'
import { deleteProfiles } from '../profiles/delete-profiles.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { appendEvents } from './append-events.ts'
import type { NewEvent } from './event.ts'
import { type EventFilter, findListedEvent, listEvents } from './list-events.ts'
import { eventParts } from './profile-parts.ts'
import { findEvent } from './read-events.ts'
import { type RecordedEvent, type ReferencedEvent, recordEvent } from './record-event.ts'

let db: TestDatabase
let acme: Workspace

beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply(`
workspace: acme
eventTypes: [{ code: open }, { code: visit }, { code: review, backendOnly: true }]
`)
  acme = db.workspace()
})
afterAll(() => db[Symbol.asyncDispose]())

function inAcme<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
  return db.database.transaction(acme.id, work)
}

let made = 0

/** A known profile that nobody else is. */
async function newProfile(
  more: { readonly email?: string; readonly unit?: string; readonly customer?: string } = {},
): Promise<string> {
  const id = randomUUID()
  const identifiers = [
    ['email', more.email ?? `someone-${++made}@example.com`, more.unit?.toLowerCase() ?? ''],
    ...(more.customer === undefined ? [] : [['customer_id', more.customer, '']]),
  ]
  await inAcme(async (connection) => {
    await connection.query(
      'insert into profiles (workspace_id, id, business_unit, known_at) values ($1, $2, $3, now())',
      [acme.id, id, more.unit ?? null],
    )
    for (const [kind, value, scope] of identifiers) {
      await connection.query(
        'insert into identifiers (workspace_id, kind, value, scope, profile_id) values ($1, $2, $3, $4, $5)',
        [acme.id, kind, value, scope, id],
      )
    }
  })
  return id
}

function record(profileId: string, more: Partial<ReferencedEvent> = {}): Promise<RecordedEvent> {
  const event: ReferencedEvent = {
    profileId,
    name: 'open',
    occurredAt: new Date(),
    receivedAt: new Date(),
    source: 'back end',
    data: null,
    reference: 'r-1',
    secondaryReference: undefined,
    ...more,
  }
  return retried(() => inAcme((connection) => recordEvent(connection, acme, event)))
}

async function append(...events: readonly Partial<NewEvent>[]): Promise<readonly string[]> {
  const now = new Date().toISOString()
  const base = { name: 'open', occurred_at: now, received_at: now, source: 'back end', data: {} } as const
  return await inAcme((connection) =>
    appendEvents(
      connection,
      acme.id,
      events.map((event) => ({ ...base, ...event })),
    ),
  )
}

const whole = { sort: undefined, count: 100, offset: 0 } as const

async function list(filter: Partial<EventFilter> = {}) {
  const names = [...acme.eventTypes]
  return await inAcme((connection) => listEvents(connection, acme.id, { names, ...filter }, whole))
}

function find(number = '') {
  return inAcme((connection) => findListedEvent(connection, acme.id, number))
}

async function numbersOf(...profileIds: readonly string[]): Promise<readonly string[]> {
  return (await list({ profileIds })).items.map(({ number }) => number)
}

function numberOf(recorded: RecordedEvent): string {
  if (recorded.refusal) throw new Error(recorded.refusal)
  return recorded.number
}

const again = { refusal: 'event-exists' }

test('of one event that is sent many times at once, one is kept (L119)', async () => {
  const profile = await newProfile()
  const sent = Array.from({ length: 20 }, (_, n) =>
    record(profile, { secondaryReference: n % 2 === 0 ? 'second' : undefined }),
  )
  const kept = (await Promise.all(sent)).filter(({ refusal }) => refusal === undefined)
  expect(kept).toHaveLength(2)
  expect((await numbersOf(profile)).toSorted()).toEqual(kept.map(numberOf).toSorted())
})

test('type, profile, reference and second reference make an event another one, each of them (L119)', async () => {
  const [profile, other] = [await newProfile(), await newProfile()]
  for (const differs of [{}, { name: 'visit' }, { reference: 'r-2' }, { secondaryReference: 's' }]) {
    numberOf(await record(profile, differs))
    expect(await record(profile, { ...differs, data: 'other', occurredAt: new Date(0) })).toEqual(again)
  }
  numberOf(await record(other))
  expect(await numbersOf(profile)).toHaveLength(4)
})

test('an event that came another way under the same reference is the same one (L119)', async () => {
  const profile = await newProfile()
  await append({ profile, reference: 'bill-1' })
  expect(await record(profile, { reference: 'bill-1' })).toEqual(again)
  numberOf(await record(profile, { reference: 'bill-1', name: 'visit' }))
})

test('who absorbed another has that one’s events: they are no news under either id, until it is undone (L119, S9, S19)', async () => {
  const [from, into] = [await newProfile(), await newProfile()]
  const merge = { from, into, cause: 'operator', keepsData: false } as const
  const first = numberOf(await record(from))
  const id = await inAcme((connection) => mergeProfiles(connection, acme, merge, eventParts))
  expect([await record(into), await record(from)]).toEqual([again, again])
  expect(await record(from, { reference: 'later' })).toMatchObject({ profileId: into })
  expect((await list({ profileIds: [into] })).items[0]).toMatchObject({ number: first, profileId: into })
  await inAcme((connection) => unmergeProfiles(connection, acme, id ?? '', eventParts))
  expect(await record(from)).toEqual(again)
  numberOf(await record(into))
})

test('an event that is sent while its profile is merged away is kept once, by the survivor (L119, S9)', async () => {
  const [from, into] = [await newProfile(), await newProfile()]
  numberOf(await record(into))
  const merge = { from, into, cause: 'operator', keepsData: false } as const
  const merged = Promise.withResolvers<void>()
  const merging = inAcme(async (connection) => {
    await mergeProfiles(connection, acme, merge, eventParts)
    merged.resolve()
  })
  await merged.promise
  expect(await Promise.all([record(from), record(from), merging])).toEqual([again, again, undefined])
})

test('nothing is kept of who has ended (S20)', async () => {
  const profile = await newProfile()
  numberOf(await record(profile))
  await inAcme((connection) => deleteProfiles(connection, acme.id, [{ profile }], eventParts))
  expect(await record(profile)).toEqual({ refusal: 'unknown-profile' })
  expect(await numbersOf(profile)).toEqual([])
})

test('what is for back ends alone is not trusted from the public, and old times of the public do not count (S26, S27)', async () => {
  const profile = await newProfile()
  const occurredAt = new Date('2020-01-01T00:00:00Z')
  const found = await Promise.all(
    (['public', 'back end'] as const).map(async (source) => {
      const number = numberOf(
        await record(profile, { name: 'review', reference: source, source, occurredAt }),
      )
      return await inAcme((connection) => findEvent(connection, acme.id, number))
    }),
  )
  expect(found.map((event) => [event?.trusted, event?.countedAt.getTime() === occurredAt.getTime()])).toEqual(
    [
      [false, false],
      [true, true],
    ],
  )
  const { items } = await list({ profileIds: [profile] })
  expect(items.map((event) => event.occurredAt)).toEqual([occurredAt, occurredAt])
})

test('data of any kind come back as they were sent (L118)', async () => {
  const profile = await newProfile()
  // No backslash: V8 may take a name that ends in a quote for one that ends in a backslash, which it read before.
  const unit = fc.constantFrom('a', 'B', '7', ' ', '"', '/', '\n', '\u2028', 'é', '🍦')
  const text = fc.string({ unit })
  const value = fc.jsonValue({ stringUnit: unit })
  const anyData = fc.oneof(text, fc.array(value), fc.dictionary(text, value), fc.constant(null))
  await fc.assert(
    fc.asyncProperty(anyData, async (data) => {
      const sent = JSON.parse(JSON.stringify(data))
      const number = numberOf(await record(profile, { reference: randomUUID(), data: sent }))
      expect((await find(number))?.data).toEqual(sent)
    }),
    runs(60),
  )
})

test('a list holds the types that are asked for, whoever sent them and whether anybody is known (L118, S25)', async () => {
  const anonymous = randomUUID()
  await inAcme((connection) =>
    connection.query('insert into profiles (workspace_id, id) values ($1, $2)', [acme.id, anonymous]),
  )
  const reference = 'of all kinds'
  const known = await newProfile()
  const numbers = await append(
    { profile: known, reference },
    { profile: anonymous, reference },
    { customer: 'nobody yet', reference },
    { profile: known, reference, name: 'not an event type' },
  )
  const { items, total } = await list({ reference })
  expect(total).toBe(3)
  expect(items.map(({ number, profileNumber }) => [number, profileNumber !== null])).toEqual([
    [numbers[0], true],
    [numbers[1], false],
    [numbers[2], false],
  ])
})

test('an event that was kept under an identifier is of who gets it, in the unit that it names (C64, S11)', async () => {
  const email_key = 'units@example.com'
  const [ofNone, ofDe, ofAt, byId] = await append(
    { email_key },
    { email_key, unit: 'DE' },
    { email_key, unit: 'AT' },
    { customer: 'c-units' },
  )
  const german = await newProfile({ email: email_key, unit: 'DE', customer: 'c-units' })
  expect(await numbersOf(german)).toEqual([ofNone, ofDe, byId])
  const unitless = await newProfile({ email: email_key })
  expect(await numbersOf(german)).toEqual([ofDe, byId])
  expect(await numbersOf(unitless)).toEqual([ofNone])
  expect(await numbersOf(german, unitless)).toEqual([ofNone, ofDe, byId])
  expect(await find(ofAt)).toMatchObject({ profileId: null, profileNumber: null })
})

test('an event that was being appended while its profile was merged is the survivor’s (S9, S19)', async () => {
  const [from, into] = [await newProfile(), await newProfile()]
  const appended = Promise.withResolvers<void>()
  const merged = Promise.withResolvers<void>()
  const now = new Date().toISOString()
  const appending = inAcme(async (connection) => {
    const crossed = {
      profile: from,
      name: 'open',
      occurred_at: now,
      received_at: now,
      data: {},
      reference: 'x',
    }
    await appendEvents(connection, acme.id, [{ ...crossed, source: 'back end' }])
    appended.resolve()
    await merged.promise
  })
  await appended.promise
  const merge = { from, into, cause: 'operator', keepsData: false } as const
  await inAcme((connection) => mergeProfiles(connection, acme, merge, eventParts))
  merged.resolve()
  await appending
  expect((await list({ profileIds: [into] })).items).toMatchObject([{ profileId: into, reference: 'x' }])
  expect(await record(into, { reference: 'x' })).toEqual(again)
})

test('times are compared by the second in which they are shown, both ends inclusive (L40, L47)', async () => {
  const profile = await newProfile()
  await append({ profile, occurred_at: '2026-03-10T10:00:00.700Z' })
  const at = (second: string) => new Date(`2026-03-10T10:00:${second}Z`)
  const found = async (occurredFrom: Date, occurredTo: Date) =>
    (await list({ profileIds: [profile], occurredFrom, occurredTo })).total
  expect(await found(at('00'), at('00'))).toBe(1)
  expect(await found(at('01'), at('02'))).toBe(0)
  expect(await found(new Date(0), new Date(at('00').getTime() - 1000))).toBe(0)
})

test('a customer’s list and a reference read their own events and no others', async () => {
  for (let n = 0; n < 30; n++) await append({ profile: await newProfile(), reference: `stranger ${n}` })
  const profile = await newProfile()
  await append({ profile, reference: 'own' }, { profile, reference: 'own' })
  const names = [...acme.eventTypes]
  const sent = {
    name: 'open',
    occurredAt: new Date(),
    receivedAt: new Date(),
    source: 'public',
    data: null,
  } as const
  const reads: readonly (readonly [rows: number, (connection: Connection) => Promise<unknown>])[] = [
    // Counted, and then shown.
    [4, (connection) => listEvents(connection, acme.id, { names, profileIds: [profile] }, whole)],
    [4, (connection) => listEvents(connection, acme.id, { names, reference: 'own' }, whole)],
    [
      2,
      (connection) =>
        recordEvent(connection, acme, {
          ...sent,
          profileId: profile,
          reference: 'own',
          secondaryReference: 'second',
        }),
    ],
  ]
  for (const [rows, work] of reads) {
    const read = await inAcme((connection) => rowsRead(connection, () => work(connection)))
    const events = [...read].filter(([table]) => /^events_\d+$/.test(table))
    expect(Math.max(...events.map(([, count]) => count))).toBe(rows)
  }
})
