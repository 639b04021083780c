import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runs } from '../../testing/soak.ts'
import { mergeProfiles } from '../identity/merge-profiles.ts'
import { unmergeProfiles } from '../identity/unmerge-profiles.ts'
import { deleteProfiles } from '../profiles/delete-profiles.ts'
import { createPointsFixture, type PointsFixture } from './points.fixture.ts'
import { readPointsOverview } from './points-overview.ts'
import { pointParts } from './profile-parts.ts'
import { readQualifyingPoints } from './qualifying-points.ts'

const dayMs = 24 * 60 * 60 * 1000

let points: PointsFixture
beforeAll(async () => {
  points = await createPointsFixture(`
workspace: acme
loyalty: { pointTypes: [ { id: base, name: Base, expiresAfterDays: 3 } ] }
`)
})
afterAll(() => points[Symbol.asyncDispose]())

const person = fc.nat({ max: 2 })
const amount = fc.integer({ min: 1, max: 400 })
const nth = fc.nat({ max: 3 })
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('earn' as const), person, amount }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('spend' as const), person, amount }) },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant('transfer' as const), person, into: person, amount }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('synchronise' as const), person, amount }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('cancel' as const), nth }) },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 5 }) }),
  },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('merge' as const), person, into: person }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('undo' as const), nth }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('erase' as const), person, sure: nth }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

interface Journey {
  readonly ids: readonly string[]
  readonly booked: string[]
  readonly gone: Set<number>
  readonly merges: { readonly id: string; readonly from: number; readonly into: number }[]
}

const isAway = ({ merges, gone }: Journey, person: number): boolean =>
  gone.has(person) || merges.some(({ from }) => from === person)
const idOf = ({ ids }: Journey, person: number) => ids[person] ?? ''

async function take(journey: Journey, taken: Step): Promise<void> {
  const { ledger, workspace, clock, transaction } = points
  const key = randomUUID()
  if (taken.does === 'wait') {
    clock.at = new Date(clock.at.getTime() + taken.days * dayMs)
    return
  }
  if (taken.does === 'cancel') {
    const [movementNumber] = journey.booked.splice(-1 - (taken.nth % Math.max(1, journey.booked.length)), 1)
    if (movementNumber === undefined) return
    const { refusal } = await transaction((connection) =>
      ledger.reverse(connection, workspace, { key, movementNumber }),
    )
    if (journey.gone.size === 0) expect(refusal).toBeUndefined()
    else expect([undefined, 'unknown-profile']).toContain(refusal)
    return
  }
  if (taken.does === 'undo') {
    const undone = journey.merges[taken.nth % Math.max(1, journey.merges.length)]
    if (undone && !isAway(journey, undone.into)) await undo(journey, undone)
    return
  }
  if (isAway(journey, taken.person)) return
  const profileId = idOf(journey, taken.person)
  if (taken.does === 'erase') {
    if (taken.sure === 0) await erase(journey, taken.person)
    return
  }
  if (taken.does === 'merge') {
    if (taken.into !== taken.person && !isAway(journey, taken.into))
      await merge(journey, taken.person, taken.into)
    return
  }
  await transaction(async (connection) => {
    if (taken.does === 'synchronise')
      return void (await ledger.synchronise(connection, workspace, { key, profileId, amount: taken.amount }))
    if (taken.does === 'transfer') {
      const request = {
        key,
        fromProfileId: profileId,
        intoProfileId: idOf(journey, taken.into),
        amount: taken.amount,
      }
      return void (await ledger.transfer(connection, workspace, request))
    }
    const request = { key, profileId, amount: taken.amount }
    const { movement } =
      taken.does === 'earn'
        ? await ledger.earn(connection, workspace, { ...request, kind: 'purchase' })
        : await ledger.spend(connection, workspace, { ...request, kind: 'payment' })
    if (movement) journey.booked.push(movement.number)
  })
}

async function merge(journey: Journey, from: number, into: number): Promise<void> {
  const request = {
    from: idOf(journey, from),
    into: idOf(journey, into),
    cause: 'operator',
    keepsData: false,
  } as const
  const id = await points.transaction((connection) =>
    mergeProfiles(connection, points.workspace, request, pointParts),
  )
  journey.merges.push({ id: id ?? '', from, into })
}

async function erase({ ids, gone, merges }: Journey, person: number): Promise<void> {
  await points.transaction((connection) =>
    deleteProfiles(connection, points.workspace.id, [{ profile: ids[person] ?? '' }], pointParts),
  )
  // Whoever was merged into somebody who ends, ends too.
  for (const ending = [person]; ending.length > 0; ) {
    const one = ending.pop() ?? -1
    gone.add(one)
    ending.push(...merges.flatMap(({ from, into }) => (into === one && !gone.has(from) ? from : [])))
  }
}

async function undo(journey: Journey, undone: Journey['merges'][number]): Promise<void> {
  const result = await points.transaction((connection) =>
    unmergeProfiles(connection, points.workspace, undone.id, pointParts),
  )
  expect(result).toEqual({ profileId: idOf(journey, undone.from) })
  journey.merges.splice(journey.merges.indexOf(undone), 1)
}

/** What `ledger verify` finds of theirs. */
async function faultsOf({ ids }: Journey) {
  const all = await points.faults()
  return all.filter((fault) => ids.includes((fault as { readonly profileId: string }).profileId))
}

/** Everything that is shown of them. */
async function shownOf({ ids }: Journey) {
  const { workspace, clock } = points
  return await Promise.all(
    ids.map(async (profileId) => ({
      history: await points.history(profileId),
      free: await points.free(profileId),
      overview: await points.transaction((connection) =>
        readPointsOverview(connection, workspace, { profileId }),
      ),
      qualifying: await points.transaction((connection) =>
        readQualifyingPoints(connection, workspace, { profileIds: [profileId], months: 1, now: clock.at }),
      ),
    })),
  )
}

/** What a customer earned or redeemed is never less than nothing (L100). */
async function checkFigures(journey: Journey): Promise<void> {
  for (const { overview } of await shownOf(journey)) {
    expect(Math.min(overview.earned, overview.redeemed)).toBeGreaterThanOrEqual(0)
  }
}

test('whatever is earned, spent, cancelled, merged and undone, each history sums to its balance, and a merge undone at once changes nothing (L95, L121, S19)', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 12, maxLength: 25, size: 'max' }),
      person,
      person,
      async (steps, one, other) => {
        points.clock.at = new Date('2026-03-10T08:00:00Z')
        const ids = await Promise.all([0, 1, 2].map(() => points.newProfile()))
        const journey: Journey = { ids, booked: [], gone: new Set(), merges: [] }
        for (const taken of steps) {
          await take(journey, taken)
          if (taken.does === 'undo') expect(await faultsOf(journey)).toEqual([])
          await checkFigures(journey)
        }
        if (one === other || isAway(journey, one) || isAway(journey, other)) return
        const before = await shownOf(journey)
        await merge(journey, one, other)
        const made = journey.merges.at(-1)
        if (made) await undo(journey, made)
        expect(await shownOf(journey)).toEqual(before)
        expect(await faultsOf(journey)).toEqual([])
      },
    ),
    runs(15),
  )
})
