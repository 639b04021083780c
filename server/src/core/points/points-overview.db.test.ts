import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPointsFixture, type PointsFixture } from './points.fixture.ts'
import { readPointsOverview } from './points-overview.ts'

let points: PointsFixture

beforeAll(async () => {
  points = await createPointsFixture(`
workspace: acores
timeZone: Atlantic/Azores
loyalty:
  pointTypes: [{ id: base, name: Base, default: true }]
  partners: [{ id: acores, name: Acores }]
`)
})
afterAll(() => points[Symbol.asyncDispose]())

test('a local day begins with the first of two midnights, and ends with its last hour (L47, L100)', async () => {
  const profileId = await points.newProfile()
  for (const [at, amount] of [
    ['2026-10-24T23:59:59.999Z', 1],
    // 0:30, and an hour later 0:30 again.
    ['2026-10-25T00:30:00Z', 10],
    ['2026-10-25T01:30:00Z', 100],
    ['2026-10-26T00:59:59.999Z', 1000],
    ['2026-10-26T01:00:00Z', 10_000],
  ] as const) {
    points.clock.at = new Date(at)
    await points.earn(profileId, amount)
  }
  const earned = (fromDay?: string, toDay?: string) =>
    points.transaction(
      async (connection) =>
        (await readPointsOverview(connection, points.workspace, { profileId, fromDay, toDay })).earned / 100,
    )
  expect(await earned('2026-10-25', '2026-10-25')).toBe(1110)
  expect(await earned(undefined, '2026-10-24')).toBe(1)
  expect(await earned('2026-10-26')).toBe(10_000)
})
