import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { untilSomebodyWaits } from '../../testing/until-somebody-waits.ts'
import { createStatusesFixture, type StatusesFixture } from './statuses.fixture.ts'

let fixture: StatusesFixture
beforeAll(async () => {
  fixture = await createStatusesFixture()
})
afterAll(() => fixture[Symbol.asyncDispose]())

test('points that two servers add at once raise together, whichever clock is ahead (L103, L123)', async () => {
  const { clock, ledger, workspace, transaction } = fixture
  const profileId = await fixture.newProfile()
  let other: Promise<string> | undefined
  await transaction(async (connection) => {
    const addition = { kind: 'addition', key: randomUUID(), profileId, amount: 30_000 } as const
    await ledger.earn(connection, workspace, addition)
    clock.at = new Date(clock.at.getTime() - 1)
    other = fixture.earn(profileId, 300)
    await untilSomebodyWaits(fixture.db.database)
  })
  await other
  const current = (await fixture.recordsOf(profileId)).filter(({ isCurrent }) => isCurrent)
  expect(current).toMatchObject([{ statusId: 'silver' }])
})
