import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { readExpirationOverview } from './expiration-overview.ts'
import { createLedgerFixture, type LedgerFixture } from './ledger.fixture.ts'
import { listMovements } from './list-movements.ts'
import { readPointsOverview } from './points-overview.ts'
import { readQualifyingPoints } from './qualifying-points.ts'

let points: LedgerFixture

beforeAll(async () => {
  points = await createLedgerFixture()
})
afterAll(() => points[Symbol.asyncDispose]())
beforeEach(() => points.resetClock())
/** Every balance, lot and debt follows from the entries (L121). */
afterEach(async () => expect(await points.faults()).toEqual([]))

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
  points.later(30)
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
  points.later(1)
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
