import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { runExpiry } from './expiry-job.ts'
import { readFreePoints } from './free-points.ts'
import { createLedgerFixture, type LedgerFixture } from './ledger.fixture.ts'
import { listReservations } from './list-reservations.ts'

let points: LedgerFixture

beforeAll(async () => {
  points = await createLedgerFixture()
})
afterAll(() => points[Symbol.asyncDispose]())
beforeEach(() => points.resetClock())
/** Every balance, lot and debt follows from the entries (L121). */
afterEach(async () => expect(await points.faults()).toEqual([]))

test('an addition opens a lot that ends with the local day expiresAfterDays later (L122), spring forward included', async () => {
  const profileId = await points.newProfile()
  await points.earn(profileId, 5)
  points.clock.at = new Date('2026-03-20T23:30:00Z')
  await points.earn(profileId, 5)
  const history = await points.history(profileId)
  expect(history.map(({ validTo }) => validTo?.toISOString())).toEqual([
    '2026-03-20T22:59:59.000Z',
    '2026-03-20T22:59:59.000Z',
    '2026-03-31T21:59:59.000Z',
  ])
  expect(history.map(({ kind }) => kind)).toEqual(['purchase', 'expiry', 'purchase'])
})

test('points of a type without expiresAfterDays do not expire (L122)', async () => {
  const profileId = await points.newProfile()
  const result = await points.transaction((connection) =>
    points.ledger.earn(connection, points.workspace, {
      key: randomUUID(),
      kind: 'addition',
      profileId,
      amount: 150,
      pointTypeId: 'lasting',
      partnerId: 'other',
      storeId: 'store',
      note: 'welcome',
      purchaseNumber: '77',
    }),
  )
  expect(result.movement).toMatchObject({ amount: 150, qualifying: 150, kind: 'addition' })
  points.later(10_000)
  expect(await points.history(profileId)).toMatchObject([
    {
      number: result.movement?.number,
      pointTypeId: 'lasting',
      partnerId: 'other',
      storeId: 'store',
      note: 'welcome',
      purchaseNumber: '77',
      validTo: null,
      lotHasExpired: false,
      available: 150,
    },
  ])
})

test('spending takes from the lot that expires first, then the older one (L122)', async () => {
  const profileId = await points.newProfile()
  await points.earn(profileId, 10)
  await points.earn(profileId, 20)
  points.later(-3)
  await points.earn(profileId, 30)
  points.later(3)
  await points.spend(profileId, 35)
  expect(await points.shown(profileId)).toEqual([
    ['purchase', 10, 5],
    ['purchase', 20, 20],
    ['purchase', 30, 0],
    ['payment', -35, 0],
  ])
})

test('spending more than is free is refused, whatever is reserved, and nothing moves (L97)', async () => {
  const profileId = await points.newProfile()
  await points.earn(profileId, 10)
  const refused = (amount: number) =>
    points.transaction((connection) =>
      points.ledger.spend(connection, points.workspace, {
        key: randomUUID(),
        kind: 'redemption',
        profileId,
        amount,
      }),
    )
  expect(await refused(1001)).toEqual({ refusal: 'not-enough-points' })
  await points.transaction((connection) =>
    points.ledger.reserve(connection, points.workspace, { externalId: 'a1', profileId, amount: 400 }),
  )
  expect(await points.free(profileId)).toBe(600)
  expect(await refused(601)).toEqual({ refusal: 'not-enough-points' })
  expect((await refused(600)).refusal).toBeUndefined()
  expect(await points.balance(profileId)).toBe(4)
})

test('what is unknown or no amount is refused (L96)', async () => {
  const profileId = await points.newProfile()
  const request = { key: randomUUID(), kind: 'addition', profileId, amount: 100 } as const
  const refusal = async (more: object) =>
    (
      await points.transaction((connection) =>
        points.ledger.earn(connection, points.workspace, { ...request, ...more }),
      )
    ).refusal
  expect(await refusal({ amount: 0 })).toBe('amount-not-allowed')
  expect(await refusal({ amount: -5 })).toBe('amount-not-allowed')
  expect(await refusal({ amount: 0.5 })).toBe('amount-not-allowed')
  expect(await refusal({ partnerId: 'nobody' })).toBe('unknown-partner')
  expect(await refusal({ pointTypeId: 'none' })).toBe('unknown-point-type')
  expect(await refusal({ profileId: randomUUID() })).toBe('unknown-profile')
  expect(await points.history(profileId)).toEqual([])
})

test('the same key gives the first movement back and books nothing; another content under it is refused', async () => {
  const profileId = await points.newProfile()
  const spend = (amount: number) =>
    points.transaction((connection) =>
      points.ledger.spend(connection, points.workspace, {
        key: 'bill-1',
        kind: 'payment',
        profileId,
        amount,
      }),
    )
  await points.earn(profileId, 10)
  const first = await spend(1000)
  expect(await spend(1000)).toEqual({ ...first, repeated: true })
  expect(await spend(900)).toEqual({ refusal: 'key-taken' })
  expect(await points.balance(profileId)).toBe(0)
  const another = await points.newProfile()
  const stolen = await points.transaction((connection) =>
    points.ledger.spend(connection, points.workspace, {
      key: 'bill-1',
      kind: 'payment',
      profileId: another,
      amount: 1000,
    }),
  )
  expect(stolen).toEqual({ refusal: 'key-taken' })
})

test('what is left of a lot expires once, and is not free before the job ran either (L122)', async () => {
  const profileId = await points.newProfile()
  await points.earn(profileId, 10)
  points.later(1)
  await points.earn(profileId, 5)
  await points.spend(profileId, 4)
  points.later(10)
  expect(await points.free(profileId)).toBe(500)
  const runs = await Promise.all(
    [1, 2, 3].map(() => runExpiry(points.db.database, points.workspace.id, points.clock.at)),
  )
  expect(Math.max(...runs)).toBeGreaterThan(0)
  expect(await points.shown(profileId)).toEqual([
    ['purchase', 10, 0],
    ['purchase', 5, 5],
    ['payment', -4, 0],
    ['expiry', -6, 0],
  ])
  const history = await points.history(profileId)
  expect(history[0]).toMatchObject({ lotHasExpired: true })
  expect(history[3]).toMatchObject({ validTo: history[0]?.validTo, lotHasExpired: false, partnerId: 'acme' })
  expect(await points.free(profileId)).toBe(500)
})

test('use books what is due before it moves anything', async () => {
  const profileId = await points.newProfile()
  await points.earn(profileId, 10)
  points.later(20)
  await points.earn(profileId, 3)
  await points.spend(profileId, 3)
  expect(await points.shown(profileId)).toEqual([
    ['purchase', 10, 0],
    ['expiry', -10, 0],
    ['purchase', 3, 0],
    ['payment', -3, 0],
  ])
})

test('a transfer keeps the lots’ expiry, and is refused to oneself (L99)', async () => {
  const [from, into] = [await points.newProfile(), await points.newProfile()]
  await points.earn(from, 10)
  points.later(5)
  await points.earn(from, 10)
  const transfer = (intoProfileId: string, amount: number) =>
    points.transaction((connection) =>
      points.ledger.transfer(connection, points.workspace, {
        key: randomUUID(),
        fromProfileId: from,
        intoProfileId,
        amount,
      }),
    )
  expect(await transfer(from, 100)).toEqual({ refusal: 'same-profile' })
  expect(await transfer(into, 2001)).toEqual({ refusal: 'not-enough-points' })
  expect((await transfer(into, 1500)).movement).toMatchObject({
    profileId: from,
    amount: -1500,
    qualifying: 0,
  })
  expect(await points.balance(from)).toBe(5)
  const [first, second] = await points.history(into)
  expect(first).toMatchObject({ kind: 'transfer', amount: 1000, validTo: new Date('2026-03-20T22:59:59Z') })
  expect(second).toMatchObject({ kind: 'transfer', amount: 500, validTo: new Date('2026-03-25T22:59:59Z') })
})

test('synchronising books the difference, up and down; less than is reserved is refused (L99)', async () => {
  const profileId = await points.newProfile()
  const synchronise = (amount: number) =>
    points.transaction((connection) =>
      points.ledger.synchronise(connection, points.workspace, { key: randomUUID(), profileId, amount }),
    )
  await synchronise(1000)
  await synchronise(300)
  await synchronise(300)
  expect(await points.shown(profileId)).toEqual([
    ['synchronisation', 10, 3],
    ['synchronisation', -7, 0],
  ])
  await points.transaction((connection) =>
    points.ledger.reserve(connection, points.workspace, { externalId: 'sync', profileId, amount: 200 }),
  )
  expect(await synchronise(199)).toEqual({ refusal: 'not-enough-points' })
  await synchronise(200)
  expect(await points.balance(profileId)).toBe(2)
})

test('an external id is reserved once while active; freed and past ones may come again (L98)', async () => {
  const profileId = await points.newProfile()
  await points.earn(profileId, 10)
  const reserve = (amount: number, expiresAt?: Date, externalId = 'bill-7') =>
    points.transaction((connection) =>
      points.ledger.reserve(connection, points.workspace, { externalId, profileId, amount, expiresAt }),
    )
  const release = () =>
    points.transaction((connection) =>
      points.ledger.release(connection, points.workspace, { externalId: 'bill-7' }),
    )
  expect(await release()).toEqual({ refusal: 'unknown-reservation' })
  expect((await reserve(600)).refusal).toBeUndefined()
  expect(await reserve(100)).toEqual({ refusal: 'reservation-exists' })
  expect(await reserve(500)).toEqual({ refusal: 'reservation-exists' })
  expect(await reserve(500, undefined, 'another')).toEqual({ refusal: 'not-enough-points' })
  expect(await release()).toEqual({})
  expect(await points.free(profileId)).toBe(1000)
  await reserve(700, new Date(points.clock.at.getTime() + 60_000))
  expect(await points.free(profileId)).toBe(300)
  points.later(1)
  expect(await points.free(profileId)).toBe(1000)
  expect(await release()).toEqual({ refusal: 'unknown-reservation' })
  expect((await reserve(900)).refusal).toBeUndefined()
  const { items, total } = await points.transaction((connection) =>
    listReservations(connection, points.workspace.id, { profileIds: [profileId] }, points.clock.at, {
      sort: { by: 'quantity', descending: true },
      count: 2,
      offset: 0,
    }),
  )
  expect(total).toBe(3)
  expect(items).toMatchObject([
    { externalId: 'bill-7', quantity: 900, state: 'active', expiresAt: null },
    { externalId: 'bill-7', quantity: 700, state: 'expired' },
  ])
})

test('a reservation counts as free for its own bill and is used up by it (L115)', async () => {
  const profileId = await points.newProfile()
  await points.earn(profileId, 10)
  await points.transaction((connection) =>
    points.ledger.reserve(connection, points.workspace, { externalId: 'bill-8', profileId, amount: 800 }),
  )
  const free = await points.transaction((connection) =>
    readFreePoints(connection, points.workspace, {
      profileIds: [profileId],
      now: points.clock.at,
      exceptReservation: 'bill-8',
    }),
  )
  expect(free.get(profileId)).toBe(1000)
  const request = { externalId: 'bill-8', profileId }
  await points.transaction(async (connection) => {
    await points.ledger.useReservations(connection, points.workspace, [request])
    await points.ledger.spend(connection, points.workspace, {
      key: randomUUID(),
      kind: 'payment',
      profileId,
      amount: 900,
    })
  })
  expect(await points.free(profileId)).toBe(100)
  await points.transaction((connection) =>
    points.ledger.useReservations(connection, points.workspace, [request]),
  )
  expect(await points.free(profileId)).toBe(100)
})
