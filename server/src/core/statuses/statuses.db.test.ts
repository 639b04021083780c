import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { retried } from '../identity/retried.ts'
import { createLedger } from '../points/create-ledger.ts'
import { createPointsFixture, type PointsFixture } from '../points/points.fixture.ts'
import { changeStatuses } from './change-status.ts'
import { currentMultipliers } from './current-status.ts'
import { listStatusRecords } from './list-status-records.ts'
import { readPointsByMonths } from './points-by-months.ts'
import { renewSomeStatuses, renewStatuses } from './renew-statuses.ts'
import { setStatus } from './set-status.ts'
import { statusReaction } from './status-reaction.ts'
import type { StatusRecord } from './status-record.ts'

const file = `
workspace: acme
timeZone: Europe/Prague
loyalty:
  pointTypes: [{ id: base, name: Base, default: true }]
  partners: [{ id: acme, name: Acme }]
  statuses:
    - { id: bronze, name: Bronze, qualificationPoints: 0, qualificationMonths: 12, multiplier: 1 }
    - { id: silver, name: Silver, qualificationPoints: 500, qualificationMonths: 12, multiplier: 1.5 }
    - { id: gold, name: Gold, qualificationPoints: 2000, qualificationMonths: 6, multiplier: 2 }
`

let fixture: PointsFixture
let profile: string
let keys = 0
const madeAt = new Date('2026-03-10T07:00:00Z')
const everything = { sort: { by: 'validFrom', descending: false }, count: 1000, offset: 0 } as const

beforeAll(async () => {
  fixture = await createPointsFixture(file)
})
afterAll(() => fixture[Symbol.asyncDispose]())
beforeEach(async () => {
  at('2026-03-10T08:00:00Z')
  profile = await fixture.newProfile()
  await fixture.transaction((connection) =>
    connection.query('update profiles set created_at = $1 where id = $2', [madeAt, profile]),
  )
})

function at(time: string): void {
  fixture.clock.at = new Date(time)
}

const booking = (points: number) => ({ key: `test:${++keys}`, profileId: profile, amount: points * 100 })

/** @returns the number of the movement */
async function earn(points: number, kind: 'addition' | 'purchase' = 'purchase'): Promise<string> {
  const { workspace, clock, transaction } = fixture
  const ledger = createLedger([statusReaction], clock)
  const { movement } = await retried(() =>
    transaction((connection) => ledger.earn(connection, workspace, { kind, ...booking(points) })),
  )
  return movement?.number ?? ''
}

async function cancel(movementNumber: string): Promise<void> {
  const { workspace, clock, transaction } = fixture
  const request = { key: `test:${++keys}`, movementNumber }
  await transaction((connection) =>
    createLedger([statusReaction], clock).reverse(connection, workspace, request),
  )
}

async function records(): Promise<readonly StatusRecord[]> {
  const { workspace, transaction } = fixture
  return (
    await transaction((connection) =>
      listStatusRecords(connection, workspace, { profileId: profile }, everything),
    )
  ).items
}

/** As whoever shows statuses does it. */
async function shown(): Promise<readonly string[]> {
  await fixture.transaction((connection) =>
    renewStatuses(connection, fixture.workspace, fixture.clock.at, [profile]),
  )
  return (await records()).map(
    ({ statusId, validFrom, validTo, isCurrent }) =>
      `${statusId} ${time(validFrom)} to ${validTo ? time(validTo) : 'good'}${isCurrent ? ', now' : ''}`,
  )
}

function time(date: Date): string {
  return date.toISOString().slice(0, 19)
}

async function set(
  statusId: string,
  times: { readonly from?: Date; readonly to?: Date } = {},
): Promise<string | undefined> {
  const { workspace, clock, transaction } = fixture
  const request = { profileId: profile, statusId, ...times, now: clock.at }
  return (await retried(() => transaction((connection) => setStatus(connection, workspace, request)))).refusal
}

test('L102: the first record is there without a row, and is the same one once it has ended', async () => {
  const [before] = await records()
  expect(before).toMatchObject({
    statusId: 'bronze',
    validTo: null,
    isCurrent: true,
    validFrom: madeAt,
  })
  at('2026-04-01T08:00:00Z')
  await earn(500)
  const [after] = await records()
  expect(after).toMatchObject({ number: before?.number, isCurrent: false, validTo: fixture.clock.at })
})

test('L103, L104: a status that is reached ends on the last second of the local day, months later', async () => {
  await earn(499, 'addition')
  at('2026-03-29T22:30:00Z')
  await earn(1, 'addition')
  expect(await shown()).toEqual([
    'bronze 2026-03-10T07:00:00 to 2026-03-29T22:30:00',
    // 00:30 on the 30th in Prague.
    'silver 2026-03-29T22:30:00 to 2027-03-30T21:59:59, now',
  ])
})

test('L104: it is kept to its end though the points leave the window, and then set anew by them', async () => {
  await earn(300)
  at('2026-06-10T08:00:00Z')
  await earn(200)
  at('2027-06-10T21:59:59Z')
  expect((await shown()).at(-1)).toBe('silver 2026-06-10T08:00:00 to 2027-06-10T21:59:59, now')
  at('2027-06-10T22:00:00Z')
  expect((await shown()).slice(1)).toEqual([
    'silver 2026-06-10T08:00:00 to 2027-06-10T21:59:59',
    'bronze 2027-06-10T22:00:00 to good, now',
  ])
})

test('L104: who has the points of the window at its end keeps it for the next term', async () => {
  await earn(500)
  at('2027-03-01T08:00:00Z')
  await earn(600)
  at('2027-03-15T08:00:00Z')
  expect((await shown()).slice(1)).toEqual([
    'silver 2026-03-10T08:00:00 to 2027-03-10T22:59:59',
    'silver 2027-03-10T23:00:00 to 2028-03-11T22:59:59, now',
  ])
})

test('L104: a lower one where the points are enough for that', async () => {
  await earn(2500)
  at('2026-09-11T08:00:00Z')
  expect((await shown()).slice(1)).toEqual([
    'gold 2026-03-10T08:00:00 to 2026-09-10T21:59:59',
    // The window of silver is twelve months, and holds them.
    'silver 2026-09-10T22:00:00 to 2027-09-11T21:59:59, now',
  ])
})

test('L104: terms that nobody looked at are gone through one by one', async () => {
  await earn(500)
  at('2031-01-01T08:00:00Z')
  expect((await shown()).slice(1)).toEqual([
    'silver 2026-03-10T08:00:00 to 2027-03-10T22:59:59',
    'bronze 2027-03-10T23:00:00 to good, now',
  ])
})

test('L103, L104: points that are earned after the end find the status that was set anew', async () => {
  await earn(500)
  at('2027-05-01T08:00:00Z')
  await earn(500)
  expect((await shown()).slice(1)).toEqual([
    'silver 2026-03-10T08:00:00 to 2027-03-10T22:59:59',
    'bronze 2027-03-10T23:00:00 to 2027-05-01T08:00:00',
    'silver 2027-05-01T08:00:00 to 2028-05-01T21:59:59, now',
  ])
})

test('L104: the job sets anew whoever is due, and is done then', async () => {
  await earn(500)
  at('2027-05-01T08:00:00Z')
  const { workspace, clock, transaction } = fixture
  const renew = () => transaction((connection) => renewSomeStatuses(connection, workspace, clock.at))
  expect(await renew()).toBe(true)
  while (await renew()) {
    // Those of other tests.
  }
  expect((await records()).at(-1)).toMatchObject({ statusId: 'bronze', isCurrent: true })
})

test('L104: a cancellation below the status ends it at once, one that leaves enough does not', async () => {
  const first = await earn(300)
  const second = await earn(300)
  at('2026-03-11T08:00:00Z')
  const third = await earn(300)
  await cancel(first)
  expect((await shown()).at(-1)).toContain('silver 2026-03-10T08:00:00 to')
  await cancel(second)
  expect((await shown()).slice(1)).toEqual([
    'silver 2026-03-10T08:00:00 to 2026-03-11T08:00:00',
    'bronze 2026-03-11T08:00:00 to good, now',
  ])
  await cancel(third)
  expect(await shown()).toHaveLength(3)
})

test('L104: cancelling what had left the window, or what the status did not rest on, ends nothing', async () => {
  const old = await earn(500)
  at('2027-03-01T08:00:00Z')
  const little = await earn(10)
  at('2027-03-10T10:00:00Z')
  // The 500 are out of the window, and the status holds to the end of the day.
  await cancel(old)
  await cancel(little)
  expect((await shown()).at(-1)).toBe('silver 2026-03-10T08:00:00 to 2027-03-10T22:59:59, now')
})

test('L102, L104: what an operator set ends the former one now, is raised, and lowered only at its end', async () => {
  const purchase = await earn(600)
  at('2026-04-01T08:00:00Z')
  expect(
    await set('silver', { from: new Date('2026-02-01T00:00:00Z'), to: new Date('2026-05-01T00:00:00Z') }),
  ).toBe(undefined)
  await cancel(purchase)
  expect((await shown()).toSorted()).toEqual([
    'bronze 2026-03-10T07:00:00 to 2026-03-10T08:00:00',
    'silver 2026-02-01T00:00:00 to 2026-05-01T00:00:00, now',
    'silver 2026-03-10T08:00:00 to 2026-04-01T08:00:00',
  ])
  at('2026-05-01T00:00:01Z')
  expect((await shown()).toSorted()).toContain('bronze 2026-05-01T00:00:01 to good, now')
  await set('silver')
  await earn(2000)
  expect((await shown()).filter((record) => record.endsWith('now'))).toEqual([
    'gold 2026-05-01T00:00:01 to 2026-11-01T22:59:59, now',
  ])
})

const now = (all: readonly string[]) => all.filter((record) => record.endsWith('now'))

test("L104: what points raise above an operator's word falls back to it before its end, and to them after it", async () => {
  const end = new Date('2026-05-01T00:00:00Z')
  await set('silver', { to: end })
  const [word] = (await records()).filter(({ isCurrent }) => isCurrent)
  at('2026-03-20T08:00:00Z')
  const purchase = await earn(2000)
  expect((await shown()).slice(1)).toEqual([
    'silver 2026-03-10T08:00:00 to 2026-03-20T08:00:00',
    'gold 2026-03-20T08:00:00 to 2026-09-20T21:59:59, now',
  ])
  at('2026-03-25T08:00:00Z')
  await cancel(purchase)
  expect((await shown()).slice(1)).toEqual([
    'silver 2026-03-10T08:00:00 to 2026-05-01T00:00:00, now',
    'gold 2026-03-20T08:00:00 to 2026-03-25T08:00:00',
  ])
  expect((await records()).find(({ isCurrent }) => isCurrent)?.number).toBe(word?.number)
  at('2026-05-01T00:00:01Z')
  expect(now(await shown())).toEqual(['bronze 2026-05-01T00:00:01 to good, now'])
})

test("L104: a term by points that ends before an operator's word is followed by that, and then by points", async () => {
  await set('silver', { to: new Date('2028-01-01T00:00:00Z') })
  await earn(2000)
  at('2026-10-01T08:00:00Z')
  // The points alone would give silver to September 2027.
  expect((await shown()).slice(1).toSorted()).toEqual([
    'gold 2026-03-10T08:00:00 to 2026-09-10T21:59:59',
    'silver 2026-03-10T08:00:00 to 2028-01-01T00:00:00, now',
  ])
  at('2028-02-01T08:00:00Z')
  expect(now(await shown())).toEqual(['bronze 2028-01-01T00:00:01 to good, now'])
})

test("L104: a cancellation lowers to what points give, where that is more than an operator's word", async () => {
  await set('silver', { to: new Date('2026-05-01T00:00:00Z') })
  const first = await earn(600)
  await cancel(await earn(1500))
  // As long as the points give it: longer than the word.
  expect(now(await shown())).toEqual(['silver 2026-03-10T08:00:00 to 2027-03-10T22:59:59, now'])
  await cancel(first)
  expect(now(await shown())).toEqual(['silver 2026-03-10T08:00:00 to 2026-05-01T00:00:00, now'])
})

test("L104: an operator's next word replaces the former one, lower or higher", async () => {
  await set('gold', { to: new Date('2026-12-31T22:59:59Z') })
  at('2026-03-11T08:00:00Z')
  await set('bronze')
  const purchase = await earn(600)
  await cancel(purchase)
  expect(now(await shown())).toEqual(['bronze 2026-03-11T08:00:00 to good, now'])
})

test("L104: what was decided before an operator's word does not lower it", async () => {
  const { workspace, transaction } = fixture
  await set('gold')
  const from = fixture.clock.at
  const rise = { profileId: profile, statusId: 'silver', from, endsFormer: from, to: null, isSet: false }
  await transaction((connection) => changeStatuses(connection, workspace, [rise]))
  expect(now(await shown())).toEqual(['gold 2026-03-10T08:00:00 to 2026-09-10T21:59:59, now'])
  expect(await records()).toHaveLength(2)
})

test('L102: what cannot be set', async () => {
  expect(await set('platinum')).toBe('unknown-status')
  expect(await set('gold', { from: new Date('2026-03-10T08:00:01Z') })).toBe('begins-later')
  expect(await set('gold', { to: new Date('2026-03-10T07:00:00Z') })).toBe('ends-before')
  expect(await records()).toHaveLength(1)
})

test('L103: the multiplier is that of the status; a window has its own months', async () => {
  const { workspace, clock, transaction } = fixture
  const multiplier = () =>
    transaction(async (connection) =>
      (await currentMultipliers(connection, workspace, [profile], clock.at)).get(profile),
    )
  expect(await multiplier()).toBe(1)
  await earn(500)
  expect(await multiplier()).toBe(1.5)
  await earn(1500)
  expect(await multiplier()).toBe(2)
  at('2026-10-01T08:00:00Z')
  const points = await transaction((connection) =>
    readPointsByMonths(connection, workspace, [profile], clock.at),
  )
  expect([...(points.get(profile) ?? [])]).toEqual([[12, 200_000]])
})

test('L102: whatever changes a status at once, one record is current', async () => {
  await Promise.all([
    ...Array.from({ length: 5 }, () => earn(700)),
    ...Array.from({ length: 5 }, () => set('silver')),
    ...Array.from({ length: 5 }, () => set('gold')),
  ])
  const all = await records()
  expect(all.filter(({ isCurrent }) => isCurrent)).toHaveLength(1)
  expect(all.every(({ isCurrent, validTo }) => isCurrent || validTo !== null)).toBe(true)
})
