import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { untilSomebodyWaits } from '../../testing/until-somebody-waits.ts'
import { mergeProfiles } from '../identity/merge-profiles.ts'
import { takeLeads } from '../profiles/take-leads.ts'
import { renewStatuses } from './renew-statuses.ts'
import { createStatusesFixture, type StatusesFixture } from './statuses.fixture.ts'

let fixture: StatusesFixture
beforeAll(async () => {
  fixture = await createStatusesFixture()
})
afterAll(() => fixture[Symbol.asyncDispose]())
beforeEach(() => fixture.at('2026-03-10T08:00:00Z'))

/** Merges, and gives the way back. */
async function merge(from: string, into: string): Promise<() => Promise<void>> {
  const mergeId = await fixture.merge(from, into)
  return () => fixture.undo(mergeId, from)
}

/** What each has now, and until when. */
async function now(...profileIds: readonly string[]): Promise<readonly string[]> {
  const all = await Promise.all(profileIds.map(fixture.recordsOf))
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
  await fixture.earn(from, 300)
  await fixture.earn(into, 200)
  const before = await Promise.all([from, into].map(fixture.recordsOf))
  fixture.at('2026-03-20T08:00:00Z')
  const undo = await merge(from, into)
  expect(await now(into)).toEqual(['silver 2027-03-20'])
  expect(await fixture.recordsOf(into)).toMatchObject(
    expect.arrayContaining([expect.objectContaining({ statusId: 'bronze', validTo: fixture.clock.at })]),
  )
  fixture.at('2026-03-21T08:00:00Z')
  await undo()
  expect(await Promise.all([from, into].map(fixture.recordsOf))).toEqual(before)
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
        if (isSet) await fixture.set(profileId, statusId, new Date('2026-05-05T08:00:00Z'))
        else if (statusId !== 'bronze') await fixture.earn(profileId, points[statusId as keyof typeof points])
      }
      fixture.at('2026-03-10T08:00:00Z')
      await give(from, one)
      await give(into, other)
      const before = await Promise.all([from, into].map(fixture.recordsOf))
      fixture.at('2026-04-10T08:00:00Z')
      const undo = await merge(from, into)
      expect(await now(into)).toEqual([isSet ? 'gold 2026-05-05' : 'gold 2026-09-10'])
      await undo()
      expect(await Promise.all([from, into].map(fixture.recordsOf))).toEqual(before)
    }
  },
)

test("both operators' words hold for the survivor: where the higher one ends the other one counts (L104)", async () => {
  const [from = '', into = ''] = await people(2)
  await fixture.set(from, 'silver', new Date('2027-01-31T08:00:00Z'))
  await fixture.set(into, 'gold', new Date('2026-05-31T08:00:00Z'))
  const undo = await merge(from, into)
  expect(await now(into)).toEqual(['gold 2026-05-31'])
  fixture.at('2026-07-01T08:00:00Z')
  expect(await now(into)).toEqual(['silver 2027-01-31'])
  await undo()
  expect(await now(from, into)).toEqual(['silver 2027-01-31', 'bronze for good'])
})

test("a status that the survivor's points give does not fall below what an operator gave the other one (L104)", async () => {
  const [from = '', into = ''] = await people(2)
  await fixture.set(from, 'silver', new Date('2026-12-31T08:00:00Z'))
  const purchase = await fixture.earn(into, 2000)
  await merge(from, into)
  expect(await now(into)).toEqual(['gold 2026-09-10'])
  await fixture.reverse(purchase)
  expect(await now(into)).toEqual(['silver 2026-12-31'])
})

test('several merges are undone in any order', async () => {
  for (const isReversed of [true, false]) {
    const [one = '', other = '', into = ''] = await people(3)
    await fixture.earn(one, 2000)
    await fixture.set(other, 'silver', new Date('2026-12-31T08:00:00Z'))
    await fixture.earn(into, 100)
    const all = [one, other, into]
    const before = await Promise.all(all.map(fixture.recordsOf))
    fixture.at('2026-03-12T08:00:00Z')
    const undoing = [await merge(one, into), await merge(other, into)]
    expect(await now(into)).toEqual(['gold 2026-09-10'])
    const [first, second] = isReversed ? undoing.toReversed() : undoing
    fixture.at('2026-03-13T08:00:00Z')
    await first?.()
    expect(await now(into)).toEqual([isReversed ? 'gold 2026-09-10' : 'silver 2026-12-31'])
    await second?.()
    expect(await Promise.all(all.map(fixture.recordsOf))).toEqual(before)
    fixture.at('2026-03-10T08:00:00Z')
  }
})

test('what was booked since the merge raises and lowers each of the two when it is undone', async () => {
  const [from = '', into = ''] = await people(2)
  const purchase = await fixture.earn(from, 2000)
  fixture.at('2026-03-11T08:00:00Z')
  const undo = await merge(from, into)
  fixture.at('2026-03-12T08:00:00Z')
  await fixture.earn(into, 600)
  expect(await now(into)).toEqual(['gold 2026-09-10'])
  fixture.at('2026-03-13T08:00:00Z')
  await fixture.reverse(purchase)
  expect(await now(into)).toEqual(['silver 2027-03-13'])
  fixture.at('2026-03-14T08:00:00Z')
  await undo()
  expect(await now(from, into)).toEqual(['bronze for good', 'silver 2027-03-13'])
})

test('a profile that an operator lowered is not raised by merging somebody without points, nor by undoing it', async () => {
  const [from = '', into = ''] = await people(2)
  await fixture.earn(into, 600)
  await fixture.set(into, 'bronze', new Date('2026-12-31T08:00:00Z'))
  const undo = await merge(from, into)
  expect(await now(into)).toEqual(['bronze 2026-12-31'])
  await undo()
  expect(await now(from, into)).toEqual(['bronze for good', 'bronze 2026-12-31'])
})

test('of two equal records of a survivor the same one counts again once a higher one has gone back', async () => {
  const [one = '', from = '', into = ''] = await people(3)
  await fixture.reverse(await fixture.earn(one, 2000))
  await merge(one, into)
  const before = await fixture.recordsOf(into)
  await fixture.set(from, 'gold', new Date('2026-12-31T08:00:00Z'))
  const undo = await merge(from, into)
  await undo()
  expect(await fixture.recordsOf(into)).toEqual(before)
})

test('undoing a merge raises nobody who has no more points than with the merge', async () => {
  const [one = '', from = '', into = ''] = await people(3)
  await fixture.earn(from, 600)
  await fixture.set(from, 'bronze', new Date('2026-12-31T08:00:00Z'))
  await fixture.reverse(await fixture.earn(one, 2000))
  // Its bronze lasts for good and outranks what the operator said.
  await merge(one, from)
  const before = await fixture.recordsOf(from)
  const undo = await merge(from, into)
  await undo()
  expect(await fixture.recordsOf(from)).toEqual(before)
})

test('what changed while merged stays with the survivor', async () => {
  const [from = '', into = ''] = await people(2)
  await fixture.set(from, 'gold', new Date('2026-12-31T08:00:00Z'))
  const undo = await merge(from, into)
  fixture.at('2026-03-11T08:00:00Z')
  await fixture.set(into, 'silver', new Date('2026-10-31T08:00:00Z'))
  expect(await now(into)).toEqual(['silver 2026-10-31'])
  await undo()
  expect(await now(from, into)).toEqual(['gold 2026-12-31', 'silver 2026-10-31'])
})

test('leads that a write gives to one user bring it the best status of all, and one of it counts (C15, L102)', async () => {
  const { workspace, transaction } = fixture
  const [one = '', other = '', user = ''] = await people(3)
  await fixture.set(one, 'silver', new Date('2026-12-31T08:00:00Z'))
  await fixture.earn(other, 2000)
  await transaction(async (connection) => {
    const named = `insert into identifiers (workspace_id, kind, value, profile_id) values ($1, 'customer_id', 'u', $2)`
    await connection.query(named, [workspace.id, user])
  })
  for (const lead of [one, other]) {
    await transaction((connection) =>
      takeLeads(connection, workspace.id, [{ lead, customer: 'u' }], {
        parts: fixture.parts,
        fieldBindings: workspace.fieldBindings,
      }),
    )
  }
  expect(await now(user)).toEqual(['gold 2026-09-10'])
})

test('a status that is set anew while its profile is merged away comes along (S19, L102)', async () => {
  const { workspace, clock, transaction, db } = fixture
  const [from = '', into = ''] = await people(2)
  await fixture.earn(from, 600)
  fixture.at('2027-03-09T08:00:00Z')
  await fixture.earn(from, 600)
  fixture.at('2027-03-15T08:00:00Z')
  const request = { from, into, cause: 'operator', keepsData: false } as const
  let merging: Promise<unknown> | undefined
  await transaction(async (connection) => {
    await renewStatuses(connection, workspace, clock.at, [from])
    merging = transaction((other) => mergeProfiles(other, workspace, request, fixture.parts))
    await untilSomebodyWaits(db.database)
  })
  await merging
  expect(await now(into)).toEqual(['silver 2028-03-11'])
  expect(await fixture.recordsOf(from)).toEqual([])
})
