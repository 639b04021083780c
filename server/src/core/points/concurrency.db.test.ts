import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runExpiry } from './expiry-job.ts'
import { createPointsFixture, type PointsFixture } from './points.fixture.ts'

let points: PointsFixture

beforeAll(async () => {
  points = await createPointsFixture(`
workspace: acme
loyalty: { pointTypes: [ { id: base, name: Base, expiresAfterDays: 10 }, { id: extra, name: Extra } ] }
`)
})
afterAll(() => points[Symbol.asyncDispose]())

/** Results by name, and how often each came. */
function tally(results: readonly { readonly refusal?: string; readonly repeated?: boolean }[]) {
  return Object.fromEntries(
    [...Map.groupBy(results, ({ refusal, repeated }) => refusal ?? (repeated ? 'repeated' : 'booked'))].map(
      ([name, same]) => [name, same.length],
    ),
  )
}

function times<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => work(index)))
}

function spend(profileId: string, amount: number, key = randomUUID() as string) {
  return points.transaction((connection) =>
    points.ledger.spend(connection, points.workspace, { key, kind: 'payment', profileId, amount }),
  )
}

test('100 who spend 3 of 100 points at once get 33 times 3, and the balance is never below 0 (L123)', async () => {
  const profileId = await points.newProfile()
  await points.earn(profileId, 60)
  await points.earn(profileId, 40)
  expect(tally(await times(100, () => spend(profileId, 300)))).toEqual({
    booked: 33,
    'not-enough-points': 67,
  })
  expect(await points.free(profileId)).toBe(100)
})

test('the same key 50 times at once books once, also where that took all there was', async () => {
  const profileId = await points.newProfile()
  await points.earn(profileId, 5)
  const results = await times(50, () => spend(profileId, 500, 'bill-9'))
  expect(tally(results)).toEqual({ booked: 1, repeated: 49 })
  expect(new Set(results.map(({ movement }) => movement?.number)).size).toBe(1)
})

test('a movement that is reversed 20 times at once is reversed once', async () => {
  const profileId = await points.newProfile()
  await points.earn(profileId, 5)
  const movementNumber = await points.spend(profileId, 5)
  const results = await times(20, () =>
    points.transaction((connection) =>
      points.ledger.reverse(connection, points.workspace, { key: randomUUID(), movementNumber }),
    ),
  )
  expect(tally(results)).toEqual({ booked: 1, 'already-reversed': 19 })
  expect(await points.free(profileId)).toBe(500)
})

test('transfers both ways at once do not wait for each other for ever', async () => {
  const pair = [await points.newProfile(), await points.newProfile()] as const
  for (const profileId of pair) await points.earn(profileId, 100)
  const results = await times(60, (index) =>
    points.transaction((connection) =>
      points.ledger.transfer(connection, points.workspace, {
        key: randomUUID(),
        fromProfileId: pair[index % 2 === 0 ? 0 : 1],
        intoProfileId: pair[index % 2 === 0 ? 1 : 0],
        amount: 100 * (1 + (index % 5)),
      }),
    ),
  )
  expect(tally(results)).toEqual({ booked: 60 })
  expect((await points.free(pair[0])) + (await points.free(pair[1]))).toBe(20_000)
})

test('two transactions that use two types in crossed order do not block each other', async () => {
  const profileId = await points.newProfile()
  const results = await times(30, (index) =>
    points.transaction(async (connection) => {
      const types = index % 2 === 0 ? ['base', 'extra'] : ['extra', 'base']
      const earned = []
      for (const pointTypeId of types) {
        const request = { key: randomUUID(), kind: 'addition', profileId, amount: 100, pointTypeId } as const
        earned.push(await points.ledger.earn(connection, points.workspace, request))
      }
      return earned
    }),
  )
  expect(tally(results.flat())).toEqual({ booked: 60 })
})

test('of 30 reservations at once of one external id there is one, and of many as many as there are points for', async () => {
  const profileId = await points.newProfile()
  await points.earn(profileId, 10)
  const reserve = (externalId: string) =>
    points.transaction((connection) =>
      points.ledger.reserve(connection, points.workspace, { externalId, profileId, amount: 200 }),
    )
  expect(tally(await times(30, () => reserve('one')))).toMatchObject({ booked: 1 })
  expect(tally(await times(30, (index) => reserve(`many-${index}`)))).toEqual({
    booked: 4,
    'not-enough-points': 26,
  })
  expect(await points.free(profileId)).toBe(0)
})

test('the expiry job and use book what is due once between them', async () => {
  const profileIds = await times(20, () => points.newProfile())
  for (const profileId of profileIds) await points.earn(profileId, 1)
  points.clock.at = new Date(points.clock.at.getTime() + 11 * 86_400_000)
  await Promise.all([
    ...[1, 2, 3].map(async () => {
      while ((await runExpiry(points.db.database, points.workspace.id, points.clock.at, 5)) > 0);
    }),
    ...profileIds.map((profileId) => spend(profileId, 100)),
  ])
  const history = await points.history(...profileIds)
  expect(history.filter(({ kind }) => kind === 'expiry')).toHaveLength(20)
  expect(history.reduce((sum, { amount }) => sum + amount, 0)).toBe(0)
})

test('after all of it every balance, lot and debt follows from the entries (L121)', async () => {
  expect(await points.faults()).toEqual([])
})
