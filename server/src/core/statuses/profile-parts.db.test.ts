import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { untilSomebodyWaits } from '../../testing/until-somebody-waits.ts'
import { mergeProfiles } from '../identity/merge-profiles.ts'
import { unmergeProfiles } from '../identity/unmerge-profiles.ts'
import { createLedger } from '../points/create-ledger.ts'
import { createPointsFixture, type PointsFixture } from '../points/points.fixture.ts'
import { pointParts } from '../points/profile-parts.ts'
import { takeLeads } from '../profiles/take-leads.ts'
import { listStatusRecords } from './list-status-records.ts'
import { statusParts } from './profile-parts.ts'
import { renewStatuses } from './renew-statuses.ts'
import { setStatus } from './set-status.ts'
import { statusReaction } from './status-reaction.ts'

const file = `
workspace: acme
loyalty:
  pointTypes: [{ id: base, name: Base, default: true }]
  partners: [{ id: acme, name: Acme }]
  statuses:
    - { id: bronze, name: Bronze, qualificationPoints: 0, qualificationMonths: 12 }
    - { id: silver, name: Silver, qualificationPoints: 500, qualificationMonths: 12 }
    - { id: gold, name: Gold, qualificationPoints: 2000, qualificationMonths: 6 }
`

let fixture: PointsFixture
let parts: Parameters<typeof mergeProfiles>[3]
beforeAll(async () => {
  fixture = await createPointsFixture(file)
  parts = [...statusParts({ directory: fixture.db.directory, clock: fixture.clock }), ...pointParts]
})
afterAll(() => fixture[Symbol.asyncDispose]())
beforeEach(() => at('2026-03-10T08:00:00Z'))

function at(time: string): void {
  fixture.clock.at = new Date(time)
}

/** @returns the number of the movement */
async function earn(profileId: string, points: number): Promise<string> {
  const { workspace, clock, transaction } = fixture
  const request = { key: randomUUID(), kind: 'purchase', profileId, amount: points * 100 } as const
  const ledger = createLedger([statusReaction], clock)
  const { movement } = await transaction((connection) => ledger.earn(connection, workspace, request))
  return movement?.number ?? ''
}

async function cancel(movementNumber: string): Promise<void> {
  const { workspace, clock, transaction } = fixture
  const ledger = createLedger([statusReaction], clock)
  await transaction((connection) =>
    ledger.reverse(connection, workspace, { key: randomUUID(), movementNumber }),
  )
}

async function set(profileId: string, statusId: string, to: string): Promise<void> {
  const { workspace, clock, transaction } = fixture
  const request = { profileId, statusId, to: new Date(to), now: clock.at }
  const { refusal } = await transaction((connection) => setStatus(connection, workspace, request))
  expect(refusal).toBeUndefined()
}

/** Merges as an operator does, and gives the way back. */
async function merge(from: string, into: string): Promise<() => Promise<void>> {
  const { workspace, transaction } = fixture
  const request = { from, into, cause: 'operator', keepsData: false } as const
  const mergeId = await transaction((connection) => mergeProfiles(connection, workspace, request, parts))
  return async () => {
    const undone = await transaction((connection) =>
      unmergeProfiles(connection, workspace, mergeId ?? '0', parts),
    )
    expect(undone).toEqual({ profileId: from })
  }
}

async function recordsOf(profileId: string) {
  const { workspace, clock, transaction } = fixture
  return await transaction(async (connection) => {
    await renewStatuses(connection, workspace, clock.at, [profileId])
    const everything = { sort: { by: 'number', descending: false }, count: 100, offset: 0 } as const
    const { items } = await listStatusRecords(connection, workspace, { profileId }, everything)
    return items
  })
}

/** What each has now, and until when. */
async function now(...profileIds: readonly string[]): Promise<readonly string[]> {
  const all = await Promise.all(profileIds.map(recordsOf))
  return all.map((records) => {
    const current = records.filter(({ isCurrent }) => isCurrent)
    return current
      .map(({ statusId, validTo }) => `${statusId} ${validTo?.toISOString().slice(0, 10) ?? 'for good'}`)
      .join(' and ')
  })
}

async function people(count: number): Promise<readonly string[]> {
  return await Promise.all(Array.from({ length: count }, () => fixture.newProfile()))
}

test('the points of both raise the survivor with the merge, and its undoing gives each what it had (S19, L103)', async () => {
  const [from = '', into = ''] = await people(2)
  await earn(from, 300)
  await earn(into, 200)
  const before = await Promise.all([from, into].map(recordsOf))
  at('2026-03-20T08:00:00Z')
  const undo = await merge(from, into)
  expect(await now(into)).toEqual(['silver 2027-03-20'])
  expect(await recordsOf(into)).toMatchObject(
    expect.arrayContaining([expect.objectContaining({ statusId: 'bronze', validTo: fixture.clock.at })]),
  )
  at('2026-03-21T08:00:00Z')
  await undo()
  expect(await Promise.all([from, into].map(recordsOf))).toEqual(before)
})

test.each([
  ['silver', 'gold'],
  ['gold', 'silver'],
  ['bronze', 'gold'],
  ['gold', 'bronze'],
])(
  'of %s merged into %s the higher one counts, by points or by an operator, and each has its own again (S19, L104)',
  async (one, other) => {
    const points = { bronze: 0, silver: 500, gold: 2000 } as const
    for (const isSet of [true, false]) {
      const [from = '', into = ''] = await people(2)
      const give = async (profileId: string, statusId: string) => {
        if (isSet) await set(profileId, statusId, '2026-05-05T08:00:00Z')
        else if (statusId !== 'bronze') await earn(profileId, points[statusId as keyof typeof points])
      }
      at('2026-03-10T08:00:00Z')
      await give(from, one)
      await give(into, other)
      const before = await Promise.all([from, into].map(recordsOf))
      at('2026-04-10T08:00:00Z')
      const undo = await merge(from, into)
      expect(await now(into)).toEqual([isSet ? 'gold 2026-05-05' : 'gold 2026-09-10'])
      await undo()
      expect(await Promise.all([from, into].map(recordsOf))).toEqual(before)
    }
  },
)

test("both operators' words hold for the survivor: where the higher one ends the other one counts (L104)", async () => {
  const [from = '', into = ''] = await people(2)
  await set(from, 'silver', '2027-01-31T08:00:00Z')
  await set(into, 'gold', '2026-05-31T08:00:00Z')
  const undo = await merge(from, into)
  expect(await now(into)).toEqual(['gold 2026-05-31'])
  at('2026-07-01T08:00:00Z')
  expect(await now(into)).toEqual(['silver 2027-01-31'])
  await undo()
  expect(await now(from, into)).toEqual(['silver 2027-01-31', 'bronze for good'])
})

test("a status that the survivor's points give does not fall below what an operator gave the other one (L104)", async () => {
  const [from = '', into = ''] = await people(2)
  await set(from, 'silver', '2026-12-31T08:00:00Z')
  const purchase = await earn(into, 2000)
  await merge(from, into)
  expect(await now(into)).toEqual(['gold 2026-09-10'])
  await cancel(purchase)
  expect(await now(into)).toEqual(['silver 2026-12-31'])
})

test('several merges are undone in any order', async () => {
  for (const isReversed of [true, false]) {
    const [one = '', other = '', into = ''] = await people(3)
    await earn(one, 2000)
    await set(other, 'silver', '2026-12-31T08:00:00Z')
    await earn(into, 100)
    const all = [one, other, into]
    const before = await Promise.all(all.map(recordsOf))
    at('2026-03-12T08:00:00Z')
    const undoing = [await merge(one, into), await merge(other, into)]
    expect(await now(into)).toEqual(['gold 2026-09-10'])
    const [first, second] = isReversed ? undoing.toReversed() : undoing
    at('2026-03-13T08:00:00Z')
    await first?.()
    expect(await now(into)).toEqual([isReversed ? 'gold 2026-09-10' : 'silver 2026-12-31'])
    await second?.()
    expect(await Promise.all(all.map(recordsOf))).toEqual(before)
    at('2026-03-10T08:00:00Z')
  }
})

test('what was booked since the merge raises and lowers each of the two when it is undone', async () => {
  const [from = '', into = ''] = await people(2)
  const purchase = await earn(from, 2000)
  at('2026-03-11T08:00:00Z')
  const undo = await merge(from, into)
  at('2026-03-12T08:00:00Z')
  await earn(into, 600)
  expect(await now(into)).toEqual(['gold 2026-09-10'])
  at('2026-03-13T08:00:00Z')
  await cancel(purchase)
  expect(await now(into)).toEqual(['silver 2027-03-13'])
  at('2026-03-14T08:00:00Z')
  await undo()
  expect(await now(from, into)).toEqual(['bronze for good', 'silver 2027-03-13'])
})

test('a profile that an operator lowered is not raised by merging somebody without points, nor by undoing it', async () => {
  const [from = '', into = ''] = await people(2)
  await earn(into, 600)
  await set(into, 'bronze', '2026-12-31T08:00:00Z')
  const undo = await merge(from, into)
  expect(await now(into)).toEqual(['bronze 2026-12-31'])
  await undo()
  expect(await now(from, into)).toEqual(['bronze for good', 'bronze 2026-12-31'])
})

test('what changed while merged stays with the survivor', async () => {
  const [from = '', into = ''] = await people(2)
  await set(from, 'gold', '2026-12-31T08:00:00Z')
  const undo = await merge(from, into)
  at('2026-03-11T08:00:00Z')
  await set(into, 'silver', '2026-10-31T08:00:00Z')
  expect(await now(into)).toEqual(['silver 2026-10-31'])
  await undo()
  expect(await now(from, into)).toEqual(['gold 2026-12-31', 'silver 2026-10-31'])
})

test('leads that a write gives to one user bring it the best status of all, and one of it counts (C15, L102)', async () => {
  const { workspace, transaction } = fixture
  const [one = '', other = '', user = ''] = await people(3)
  await set(one, 'silver', '2026-12-31T08:00:00Z')
  await earn(other, 2000)
  await transaction(async (connection) => {
    const named = `insert into identifiers (workspace_id, kind, value, profile_id) values ($1, 'customer_id', 'u', $2)`
    await connection.query(named, [workspace.id, user])
  })
  for (const lead of [one, other]) {
    await transaction((connection) =>
      takeLeads(connection, workspace.id, [{ lead, customer: 'u' }], {
        parts,
        fieldBindings: workspace.fieldBindings,
      }),
    )
  }
  expect(await now(user)).toEqual(['gold 2026-09-10'])
})

test('a status that is set anew while its profile is merged away comes along (S19, L102)', async () => {
  const { workspace, clock, transaction, db } = fixture
  const [from = '', into = ''] = await people(2)
  await earn(from, 600)
  at('2027-03-09T08:00:00Z')
  await earn(from, 600)
  at('2027-03-15T08:00:00Z')
  const request = { from, into, cause: 'operator', keepsData: false } as const
  let merging: Promise<unknown> | undefined
  await transaction(async (connection) => {
    await renewStatuses(connection, workspace, clock.at, [from])
    merging = transaction((other) => mergeProfiles(other, workspace, request, parts))
    await untilSomebodyWaits(db.database)
  })
  await merging
  expect(await now(into)).toEqual(['silver 2028-03-11'])
  expect(await recordsOf(from)).toEqual([])
})
