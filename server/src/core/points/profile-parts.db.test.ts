import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { untilSomebodyWaits } from '../../testing/until-somebody-waits.ts'
import { mergeProfiles } from '../identity/merge-profiles.ts'
import { unmergeProfiles } from '../identity/unmerge-profiles.ts'
import { deleteProfiles } from '../profiles/delete-profiles.ts'
import { bookExpiry } from './book-expiry.ts'
import { lockWalletsOf } from './lock-wallets-of.ts'
import { createPointsFixture, type PointsFixture } from './points.fixture.ts'
import { readPointsOverview } from './points-overview.ts'
import { pointParts } from './profile-parts.ts'
import { readQualifyingPoints } from './qualifying-points.ts'

let points: PointsFixture

beforeAll(async () => {
  points = await createPointsFixture(`
workspace: acme
loyalty: { pointTypes: [ { id: base, name: Base, expiresAfterDays: 10 } ] }
`)
})
afterAll(() => points[Symbol.asyncDispose]())
beforeEach(() => {
  points.clock.at = new Date('2026-03-10T08:00:00Z')
})

/** Merges as an operator does, and gives the way back. */
async function merge(from: string, into: string): Promise<() => Promise<void>> {
  const { workspace } = points
  const request = { from, into, cause: 'operator', keepsData: false } as const
  const mergeId = await points.transaction((connection) =>
    mergeProfiles(connection, workspace, request, pointParts),
  )
  return async () => {
    const undone = await points.transaction((connection) =>
      unmergeProfiles(connection, workspace, mergeId ?? '0', pointParts),
    )
    expect(undone).toEqual({ profileId: from })
  }
}

async function shown(profileId: string) {
  const history = await points.history(profileId)
  const total = history.reduce((sum, { amount }) => sum + amount, 0)
  expect(history.reduce((sum, { available }) => sum + available, 0)).toBe(total)
  expect(await points.faults()).toEqual([])
  return history.map(({ kind, amount, available }) => [kind, amount / 100, available / 100])
}

function figures(profileId: string) {
  return points.transaction(async (connection) => {
    const overview = await readPointsOverview(connection, points.workspace, { profileId })
    const request = { profileIds: [profileId], months: 1, now: points.clock.at }
    const qualifying = await readQualifyingPoints(connection, points.workspace, request)
    return [overview.earned / 100, overview.redeemed / 100, (qualifying.get(profileId) ?? 0) / 100]
  })
}

test('a merge moves points, history, reservations and what counts for the status; the former id is the survivor (S19, S9)', async () => {
  const [from, into] = [await points.newProfile(), await points.newProfile()]
  await points.earn(from, 10)
  await points.earn(into, 5)
  await points.transaction((connection) =>
    points.ledger.reserve(connection, points.workspace, { externalId: 'm1', profileId: from, amount: 100 }),
  )
  await merge(from, into)
  expect(await shown(into)).toEqual([
    ['purchase', 10, 10],
    ['purchase', 5, 5],
  ])
  expect(await figures(into)).toEqual([15, 0, 15])
  expect(await points.free(into)).toBe(1400)
  await points.spend(from, 14)
  expect(await points.free(into)).toBe(0)
  expect(await points.history(from)).toEqual([])
})

test('a purchase made before the merge is cancelled exactly after it', async () => {
  const [from, into] = [await points.newProfile(), await points.newProfile()]
  await points.earn(from, 10)
  const payment = await points.spend(from, 6)
  const purchase = await points.earn(into, 5)
  await merge(from, into)
  await points.reverse(payment)
  await points.reverse(purchase)
  expect(await shown(into)).toEqual([
    ['purchase', 10, 10],
    ['payment', -6, 0],
    ['purchase', 5, 0],
    ['cancellation', 6, 0],
    ['cancellation', -5, 0],
  ])
})

test('undoing a merge at once leaves both as they were', async () => {
  const [from, into] = [await points.newProfile(), await points.newProfile()]
  await points.earn(from, 10)
  const purchase = await points.earn(from, 7)
  await points.spend(from, 15)
  await points.reverse(purchase)
  await points.earn(into, 5)
  const before = [await shown(from), await shown(into), await figures(from), await figures(into)]
  const undo = await merge(from, into)
  await undo()
  expect([await shown(from), await shown(into), await figures(from), await figures(into)]).toEqual(before)
  await points.earn(from, 9)
  expect((await shown(from)).at(-1)).toEqual(['debt-settlement', -5, 0])
})

test('what was spent of both while merged is shared when the merge is undone: each history sums to its balance', async () => {
  const [from, into] = [await points.newProfile(), await points.newProfile()]
  await points.earn(from, 10)
  await points.earn(into, 5)
  const undo = await merge(from, into)
  const both = await points.spend(into, 12)
  await points.earn(into, 4)
  await undo()
  expect(await shown(from)).toEqual([
    ['purchase', 10, 0],
    ['payment', -10, 0],
  ])
  expect(await shown(into)).toEqual([
    ['purchase', 5, 3],
    ['payment', -2, 0],
    ['purchase', 4, 4],
  ])
  expect(await figures(from)).toEqual([10, 10, 10])
  expect(await figures(into)).toEqual([9, 2, 9])
  await points.reverse(both)
  expect(await shown(from)).toEqual([
    ['purchase', 10, 10],
    ['payment', -10, 0],
    ['cancellation', 10, 0],
  ])
  expect(await points.free(into)).toBe(900)
  expect(await figures(from)).toEqual([10, 0, 10])
})

test('what was booked while merged on what goes back alone goes along, cancellations and their debt too', async () => {
  const [from, into] = [await points.newProfile(), await points.newProfile()]
  const purchase = await points.earn(from, 10)
  await points.spend(from, 10)
  const undo = await merge(from, into)
  await points.reverse(purchase)
  await undo()
  expect(await figures(from)).toEqual([0, 10, 0])
  expect(await figures(into)).toEqual([0, 0, 0])
  await points.earn(from, 12)
  expect(await shown(from)).toEqual([
    ['purchase', 10, 0],
    ['payment', -10, 0],
    ['cancellation', 0, 0],
    ['purchase', 12, 2],
    ['debt-settlement', -10, 0],
  ])
})

test('what was spent while merged is shared once, however often the two are merged and parted again', async () => {
  const [from, into] = [await points.newProfile(), await points.newProfile()]
  await points.earn(from, 10)
  await points.earn(into, 5)
  const part = await merge(from, into)
  await points.spend(into, 12)
  await part()
  const before = [await shown(from), await shown(into), await figures(from), await figures(into)]
  await (await merge(from, into))()
  expect([await shown(from), await shown(into), await figures(from), await figures(into)]).toEqual(before)
})

test('a purchase that is cancelled while merged is the cancellation of whose purchase it was, and so is what it leaves owed', async () => {
  const [from, into] = [await points.newProfile(), await points.newProfile()]
  const ofFrom = await points.earn(from, 10)
  await points.spend(from, 10)
  await points.earn(into, 4)
  const undo = await merge(from, into)
  await points.reverse(ofFrom)
  await undo()
  expect([await figures(from), await figures(into)]).toEqual([
    [0, 10, 0],
    [4, 0, 4],
  ])
  await points.earn(into, 9)
  await points.earn(from, 9)
  expect([await points.free(from), await points.free(into)]).toEqual([300, 900])
})

test('a purchase of the survivor that is cancelled while merged takes nothing from what the other one earned', async () => {
  const [from, into] = [await points.newProfile(), await points.newProfile()]
  await points.earn(from, 10)
  const ofInto = await points.earn(into, 6)
  await points.spend(into, 6)
  const undo = await merge(from, into)
  await points.reverse(ofInto)
  await undo()
  expect([await figures(from), await figures(into)]).toEqual([
    [10, 0, 10],
    [0, 6, 0],
  ])
  await shown(from)
  await shown(into)
})

test('merges within merges are undone one by one', async () => {
  const [a, b, c] = [await points.newProfile(), await points.newProfile(), await points.newProfile()]
  await points.earn(a, 1)
  await points.earn(b, 2)
  await points.earn(c, 4)
  const undoFirst = await merge(a, b)
  const undoSecond = await merge(b, c)
  await points.spend(c, 5)
  await undoSecond()
  await undoFirst()
  const balances = await Promise.all([a, b, c].map((id) => points.free(id)))
  expect(balances).toEqual([0, 0, 200])
  for (const id of [a, b, c]) await shown(id)
})

test('a profile that is merged while it earns and spends loses nothing', async () => {
  const [from, into] = [await points.newProfile(), await points.newProfile()]
  await points.earn(from, 100)
  const spending = Array.from({ length: 20 }, () => points.spend(from, 1))
  const merging = merge(from, into)
  await Promise.all([...spending, merging])
  expect(await points.free(into)).toBe(8000)
  await shown(into)
})

test('when a profile ends its points are written off and its entries stay without the person (S20)', async () => {
  const profileId = await points.newProfile()
  const purchase = await points.earn(profileId, 10)
  const payment = await points.spend(profileId, 4)
  await points.transaction((connection) =>
    points.ledger.reserve(connection, points.workspace, { externalId: 'gone', profileId, amount: 100 }),
  )
  const owing = await points.newProfile()
  const cancelled = await points.earn(owing, 3)
  await points.spend(owing, 3)
  await points.reverse(cancelled)
  await points.transaction((connection) =>
    deleteProfiles(connection, points.workspace.id, [{ profile: profileId }, { profile: owing }], pointParts),
  )
  expect(await points.faults()).toEqual([])
  expect(await points.history(profileId, owing)).toEqual([])
  const { rows } = await points.db.database.asOwner((connection) =>
    connection.query(
      `select m.kind, m.amount, m.profile_id, m.note, array_agg(e.account order by e.line) as accounts
       from points_movements m join points_entries e on e.movement_id = m.id
       where m.kind = 'write-off' or m.number = any ($1) group by m.workspace_id, m.id
       order by m.amount desc`,
      [[purchase, payment]],
    ),
  )
  expect(rows).toMatchObject([
    { kind: 'purchase', profile_id: null, accounts: ['lot', 'issued'] },
    { kind: 'write-off', amount: '0', profile_id: null, accounts: ['written-off', 'owed'] },
    { kind: 'payment', profile_id: null, accounts: ['lot', 'spent'] },
    { kind: 'write-off', amount: '-600', profile_id: null, accounts: ['written-off', 'lot'] },
  ])
  const result = await points.transaction((connection) =>
    points.ledger.reverse(connection, points.workspace, { key: randomUUID(), movementNumber: payment }),
  )
  expect(result).toEqual({ refusal: 'unknown-profile' })
})

test('who earns while the merge of its profile is undone has the points, and not the survivor (S9)', async () => {
  const [from, into] = [await points.newProfile(), await points.newProfile()]
  const { workspace } = points
  const request = { from, into, cause: 'operator', keepsData: true } as const
  const merge = await points.transaction((connection) =>
    mergeProfiles(connection, workspace, request, pointParts),
  )
  let earning: Promise<string> | undefined
  await points.transaction(async (connection) => {
    await unmergeProfiles(connection, workspace, merge ?? '', pointParts)
    earning = points.earn(from, 7)
    await untilSomebodyWaits(points.db.database)
  })
  await earning
  expect([await points.free(from), await points.free(into)]).toEqual([700, 0])
})

test('points that expire while their profile is erased leave the ledger once (L122, S20)', async () => {
  const profileId = await points.newProfile()
  await points.earn(profileId, 10)
  const { workspace, clock } = points
  clock.at = new Date('2026-04-10T08:00:00Z')
  let erasing: Promise<void> | undefined
  await points.transaction(async (connection) => {
    await lockWalletsOf(connection, workspace.id, [profileId])
    await bookExpiry(connection, workspace.id, [{ profileId, pointTypeId: 'base' }], clock.at)
    erasing = points.transaction((other) =>
      deleteProfiles(other, workspace.id, [{ profile: profileId }], pointParts),
    )
    await untilSomebodyWaits(points.db.database)
  })
  await erasing
  expect(await points.faults()).toEqual([])
})
