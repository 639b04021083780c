import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readExpirationOverview } from './expiration-overview.ts'
import { runExpiry } from './expiry-job.ts'
import { readFreePoints } from './free-points.ts'
import { listMovements } from './list-movements.ts'
import { listReservations } from './list-reservations.ts'
import { createPointsFixture, type PointsFixture } from './points.fixture.ts'
import { readPointsOverview } from './points-overview.ts'
import { readQualifyingPoints } from './qualifying-points.ts'

let points: PointsFixture

beforeAll(async () => {
  points = await createPointsFixture(`
workspace: acme
timeZone: Europe/Prague
loyalty:
  pointTypes:
    - { id: lasting, name: Lasting }
    - { id: base, name: Base, expiresAfterDays: 10, default: true }
  partners: [ { id: acme, name: Acme }, { id: other, name: Other } ]
`)
})
afterAll(() => points[Symbol.asyncDispose]())
beforeEach(() => {
  points.clock.at = new Date('2026-03-10T08:00:00Z')
})

function later(days: number): void {
  points.clock.at = new Date(points.clock.at.getTime() + days * 86_400_000)
}

async function shown(profileId: string) {
  const history = await points.history(profileId)
  return history.map(({ kind, amount, available }) => [kind, amount / 100, available / 100])
}

async function balance(profileId: string): Promise<number> {
  const history = await points.history(profileId)
  const total = history.reduce((sum, { amount }) => sum + amount, 0)
  expect(history.reduce((sum, { available }) => sum + available, 0)).toBe(total)
  return total / 100
}

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
  later(10_000)
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
  later(-3)
  await points.earn(profileId, 30)
  later(3)
  await points.spend(profileId, 35)
  expect(await shown(profileId)).toEqual([
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
  expect(await balance(profileId)).toBe(4)
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
  expect(await balance(profileId)).toBe(0)
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
  later(1)
  await points.earn(profileId, 5)
  await points.spend(profileId, 4)
  later(10)
  expect(await points.free(profileId)).toBe(500)
  const runs = await Promise.all(
    [1, 2, 3].map(() => runExpiry(points.db.database, points.workspace.id, points.clock.at)),
  )
  expect(Math.max(...runs)).toBeGreaterThan(0)
  expect(await shown(profileId)).toEqual([
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
  later(20)
  await points.earn(profileId, 3)
  await points.spend(profileId, 3)
  expect(await shown(profileId)).toEqual([
    ['purchase', 10, 0],
    ['expiry', -10, 0],
    ['purchase', 3, 0],
    ['payment', -3, 0],
  ])
})

test('a reversed payment returns to its lots with their old expiry, once (L113)', async () => {
  const profileId = await points.newProfile()
  await points.earn(profileId, 10)
  later(5)
  await points.earn(profileId, 10)
  const payment = await points.spend(profileId, 15)
  await points.reverse(payment)
  expect(await shown(profileId)).toEqual([
    ['purchase', 10, 10],
    ['purchase', 10, 10],
    ['payment', -15, 0],
    ['cancellation', 15, 0],
  ])
  await expect(points.reverse(payment)).rejects.toThrow('already-reversed')
  const addition = (await points.history(profileId))[3]?.number ?? ''
  await expect(points.reverse(addition)).rejects.toThrow('not-reversible')
  await expect(points.reverse('1')).rejects.toThrow('unknown-movement')
})

test('what returns to a lot that has expired meanwhile expires', async () => {
  const profileId = await points.newProfile()
  await points.earn(profileId, 10)
  const payment = await points.spend(profileId, 7)
  later(20)
  await points.reverse(payment)
  expect(await shown(profileId)).toEqual([
    ['purchase', 10, 0],
    ['payment', -7, 0],
    ['expiry', -3, 0],
    ['cancellation', 7, 0],
    ['expiry', -7, 0],
  ])
  expect(await points.free(profileId)).toBe(0)
})

test('cancelling takes back what was earned; what was spent of it is owed and settled first (L114)', async () => {
  const profileId = await points.newProfile()
  const purchase = await points.earn(profileId, 10)
  await points.spend(profileId, 6)
  await points.reverse(purchase)
  expect(await balance(profileId)).toBe(0)
  expect(await points.free(profileId)).toBe(0)
  await points.earn(profileId, 4)
  await points.earn(profileId, 5)
  expect(await shown(profileId)).toEqual([
    ['purchase', 10, 0],
    ['payment', -6, 0],
    ['cancellation', -4, 0],
    ['purchase', 4, 0],
    ['debt-settlement', -4, 0],
    ['purchase', 5, 3],
    ['debt-settlement', -2, 0],
  ])
})

test('cancelling leaves what there would be had the purchase never been: other lots stand in for what was spent', async () => {
  const profileId = await points.newProfile()
  const purchase = await points.earn(profileId, 10)
  await points.earn(profileId, 5)
  await points.spend(profileId, 12)
  await points.reverse(purchase)
  expect(await balance(profileId)).toBe(0)
  await points.earn(profileId, 8)
  expect(await balance(profileId)).toBe(1)
})

test('what expired of a cancelled purchase is neither taken again nor owed', async () => {
  const profileId = await points.newProfile()
  const purchase = await points.earn(profileId, 10)
  later(20)
  await points.earn(profileId, 5)
  await points.reverse(purchase)
  expect(await balance(profileId)).toBe(5)
})

test('a debt is settled by what returns, because it was owed for having been spent', async () => {
  const profileId = await points.newProfile()
  const purchase = await points.earn(profileId, 10)
  const payment = await points.spend(profileId, 10)
  await points.reverse(purchase)
  await points.reverse(payment)
  expect(await balance(profileId)).toBe(0)
  await points.earn(profileId, 2)
  expect(await balance(profileId)).toBe(2)
})

test('a transfer keeps the lots’ expiry, and is refused to oneself (L99)', async () => {
  const [from, into] = [await points.newProfile(), await points.newProfile()]
  await points.earn(from, 10)
  later(5)
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
  expect(await balance(from)).toBe(5)
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
  expect(await shown(profileId)).toEqual([
    ['synchronisation', 10, 3],
    ['synchronisation', -7, 0],
  ])
  await points.transaction((connection) =>
    points.ledger.reserve(connection, points.workspace, { externalId: 'sync', profileId, amount: 200 }),
  )
  expect(await synchronise(199)).toEqual({ refusal: 'not-enough-points' })
  await synchronise(200)
  expect(await balance(profileId)).toBe(2)
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
  later(1)
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

test('the overview: earned and redeemed by local day of booking; expiry in neither, a cancellation takes back both (L100)', async () => {
  const profileId = await points.newProfile()
  const overview = (fromDay?: string, toDay?: string) =>
    points.transaction(async (connection) => {
      const { earned, redeemed } = await readPointsOverview(connection, points.workspace, {
        profileId,
        fromDay,
        toDay,
      })
      return [earned / 100, redeemed / 100]
    })
  points.clock.at = new Date('2026-03-10T22:59:59Z')
  await points.earn(profileId, 100)
  points.clock.at = new Date('2026-03-10T23:00:00Z')
  const purchase = await points.earn(profileId, 40)
  const payment = await points.spend(profileId, 70)
  expect(await overview()).toEqual([140, 70])
  expect(await overview('2026-03-10', '2026-03-10')).toEqual([100, 0])
  expect(await overview('2026-03-11')).toEqual([40, 70])
  later(30)
  await points.reverse(payment)
  await points.reverse(purchase)
  expect(await overview()).toEqual([100, 0])
  expect(await overview('2026-04-01')).toEqual([0, 0])
})

test('the expiration overview: the next local day, and the current local month (L101)', async () => {
  const profileId = await points.newProfile()
  const overview = () =>
    points.transaction((connection) =>
      readExpirationOverview(connection, points.workspace, { profileId, now: points.clock.at }),
    )
  expect(await overview()).toEqual({ nextDay: null, nextAmount: 0, currentMonthAmount: 0 })
  points.clock.at = new Date('2026-03-20T12:00:00Z')
  await points.earn(profileId, 1)
  points.clock.at = new Date('2026-03-21T22:30:00Z')
  await points.earn(profileId, 2)
  points.clock.at = new Date('2026-03-21T23:30:00Z')
  await points.earn(profileId, 4)
  expect(await overview()).toEqual({ nextDay: '2026-03-30', nextAmount: 100, currentMonthAmount: 300 })
  points.clock.at = new Date('2026-03-31T22:00:00Z')
  expect(await overview()).toEqual({ nextDay: '2026-04-01', nextAmount: 400, currentMonthAmount: 400 })
})

test('qualifying points: additions of the window, less what cancellations took back of them; redeeming does not lower them (L103)', async () => {
  const [profileId, friend] = [await points.newProfile(), await points.newProfile()]
  const qualifying = () =>
    points.transaction(async (connection) => {
      const now = points.clock.at
      const found = await readQualifyingPoints(connection, points.workspace, {
        profileIds: [profileId, friend],
        months: 1,
        now,
      })
      return [found.get(profileId) ?? 0, found.get(friend) ?? 0]
    })
  const old = await points.earn(profileId, 50)
  points.clock.at = new Date('2026-04-10T07:00:00Z')
  const fresh = await points.earn(profileId, 8)
  expect(await qualifying()).toEqual([5800, 0])
  points.clock.at = new Date('2026-04-10T07:00:01Z')
  expect(await qualifying()).toEqual([800, 0])
  await points.spend(profileId, 3)
  await points.transaction((connection) =>
    points.ledger.transfer(connection, points.workspace, {
      key: randomUUID(),
      fromProfileId: profileId,
      intoProfileId: friend,
      amount: 200,
    }),
  )
  await points.reverse(old)
  expect(await qualifying()).toEqual([800, 0])
  points.told.length = 0
  await points.reverse(fresh)
  expect(points.told).toMatchObject([{ kind: 'cancellation', qualifying: -800 }])
  expect(await qualifying()).toEqual([0, 0])
})

test('lists page, sort and filter by the set of customers, type, kind, note, partner and time of booking', async () => {
  const profileId = await points.newProfile()
  await points.transaction((connection) =>
    points.ledger.earn(connection, points.workspace, {
      key: randomUUID(),
      kind: 'addition',
      profileId,
      amount: 300,
      note: '100 % Žluťoučký_kůň',
    }),
  )
  later(1)
  await points.earn(profileId, 2)
  await points.spend(profileId, 1)
  const list = async (filter: object, request = {}) => {
    const page = await points.transaction((connection) =>
      listMovements(
        connection,
        points.workspace.id,
        { profileIds: [profileId], ...filter },
        points.clock.at,
        {
          sort: undefined,
          count: 100,
          offset: 0,
          ...request,
        },
      ),
    )
    return [page.total, ...page.items.map(({ amount }) => amount)]
  }
  expect(await list({})).toEqual([3, 300, 200, -100])
  expect(await list({}, { sort: { by: 'amount', descending: true }, count: 1, offset: 1 })).toEqual([3, 200])
  expect(await list({ kinds: ['payment', 'purchase'] })).toEqual([2, 200, -100])
  expect(await list({ notePart: '% ŽLUŤOUČKÝ_' })).toEqual([1, 300])
  expect(await list({ bookedTo: new Date('2026-03-10T08:00:00Z') })).toEqual([1, 300])
  expect(await list({ bookedFrom: new Date('2026-03-10T08:00:00.001Z') })).toEqual([2, 200, -100])
  expect(await list({ partnerId: 'other' })).toEqual([0])
  expect(await list({ profileIds: [] })).toEqual([0])
})

test('after all of it every balance, lot and debt follows from the entries (L121)', async () => {
  expect(await points.faults()).toEqual([])
})
