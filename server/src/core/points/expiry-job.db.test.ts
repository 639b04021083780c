import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openExpiryJob } from './expiry-job.ts'
import { createPointsFixture, type PointsFixture } from './points.fixture.ts'

let points: PointsFixture

beforeAll(async () => {
  points = await createPointsFixture(`
workspace: acme
loyalty: { pointTypes: [ { id: base, name: Base, expiresAfterDays: 10 } ] }
`)
})
afterAll(() => points[Symbol.asyncDispose]())

test('the jobs of several servers book what expired once, of everybody, and stop when told (L122)', async () => {
  const profileIds = await Promise.all(Array.from({ length: 30 }, () => points.newProfile()))
  await Promise.all(profileIds.map((profileId) => points.earn(profileId, 3)))
  points.clock.at = new Date(points.clock.at.getTime() + 20 * 86_400_000)
  await using jobs = new AsyncDisposableStack()
  for (let server = 0; server < 3; server++) jobs.use(openExpiryJob({ ...points.db, clock: points.clock }))
  await vi.waitUntil(
    async () => (await points.history(...profileIds)).filter(({ kind }) => kind === 'expiry').length >= 30,
    { timeout: 20_000 },
  )
  await jobs.disposeAsync()
  const history = await points.history(...profileIds)
  expect(history.filter(({ kind }) => kind === 'expiry')).toHaveLength(30)
  expect(history.reduce((sum, { amount }) => sum + amount, 0)).toBe(0)
  expect(await points.faults()).toEqual([])
})
