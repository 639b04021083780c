import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runs } from '../../testing/soak.ts'
import { noPoints, readPointsByMonths } from './points-by-months.ts'
import { rankOf, reachedStatus } from './status-rules.ts'
import { createStatusesFixture, type StatusesFixture } from './statuses.fixture.ts'

const dayMs = 24 * 60 * 60 * 1000

let fixture: StatusesFixture
beforeAll(async () => {
  fixture = await createStatusesFixture()
})
afterAll(() => fixture[Symbol.asyncDispose]())

const person = fc.nat({ max: 2 })
const days = fc.integer({ min: 1, max: 200 })
const statusId = fc.constantFrom('bronze', 'silver', 'gold')
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('earn' as const),
      person,
      points: fc.constantFrom(300, 600, 2000),
    }),
  },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('cancel' as const), nth: fc.nat({ max: 2 }) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('set' as const), person, statusId, days }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('wait' as const), days }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('merge' as const), person, into: person }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('undo' as const), nth: fc.nat({ max: 2 }) }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** What an operator said, and until when it holds. */
interface Word {
  readonly statusId: string
  readonly until: number
}

/** Three people, and what whoever knows the contract knows of them. */
interface Journey {
  readonly ids: readonly string[]
  readonly words: (readonly Word[])[]
  readonly purchases: string[]
  /** In the order in which they were made, and not undone. */
  readonly merges: {
    readonly id: string
    readonly from: number
    readonly into: number
    readonly brought: readonly Word[]
  }[]
}

const isAway = ({ merges }: Journey, person: number) => merges.some(({ from }) => from === person)
const idOf = ({ ids }: Journey, person: number) => ids[person] ?? ''

async function take(journey: Journey, taken: Step): Promise<void> {
  const { clock } = fixture
  if (taken.does === 'wait') {
    clock.at = new Date(clock.at.getTime() + taken.days * dayMs)
    return
  }
  // Each at a moment of its own.
  clock.at = new Date(clock.at.getTime() + 1000)
  if (taken.does === 'cancel') return await cancel(journey, taken.nth)
  if (taken.does === 'undo') return await undo(journey, taken.nth)
  if (isAway(journey, taken.person)) return
  if (taken.does === 'earn')
    journey.purchases.push(await fixture.earn(idOf(journey, taken.person), taken.points))
  if (taken.does === 'set') await set(journey, taken.person, taken)
  if (taken.does === 'merge' && taken.into !== taken.person && !isAway(journey, taken.into)) {
    await merge(journey, taken.person, taken.into)
  }
}

async function cancel({ purchases }: Journey, nth: number): Promise<void> {
  const [movementNumber] = purchases.splice(-1 - (nth % Math.max(1, purchases.length)), 1)
  if (movementNumber !== undefined) await fixture.reverse(movementNumber)
}

async function set(
  journey: Journey,
  person: number,
  { statusId: wanted, days: lasting }: { readonly statusId: string; readonly days: number },
): Promise<void> {
  const to = new Date(fixture.clock.at.getTime() + lasting * dayMs)
  await fixture.set(idOf(journey, person), wanted, to)
  journey.words[person] = [{ statusId: wanted, until: to.getTime() }]
}

async function merge(journey: Journey, from: number, into: number): Promise<void> {
  const id = await fixture.merge(idOf(journey, from), idOf(journey, into))
  const brought = journey.words[from] ?? []
  journey.merges.push({ id, from, into, brought })
  journey.words[into] = [...(journey.words[into] ?? []), ...brought]
}

async function undo(journey: Journey, nth: number): Promise<void> {
  const { merges, words } = journey
  const undone = merges[nth % Math.max(1, merges.length)]
  if (!undone || isAway(journey, undone.into)) return
  await fixture.undo(undone.id, idOf(journey, undone.from))
  merges.splice(merges.indexOf(undone), 1)
  words[undone.from] = undone.brought
  words[undone.into] = (words[undone.into] ?? []).filter((word) => !undone.brought.includes(word))
}

async function reachedBy(profileId: string): Promise<number> {
  const { workspace, clock, transaction } = fixture
  const points = await transaction((connection) =>
    readPointsByMonths(connection, workspace, [profileId], clock.at),
  )
  const reached = reachedStatus(workspace, points.get(profileId) ?? noPoints)
  return rankOf(workspace, reached?.id ?? '')
}

/** One record counts (L102), and none below what an operator said (L103, L104) or, where none spoke, what points reach. */
async function check(journey: Journey): Promise<void> {
  const { workspace, clock } = fixture
  for (const [person, id] of journey.ids.entries()) {
    const records = await fixture.recordsOf(id)
    if (isAway(journey, person)) {
      expect(records).toEqual([])
      continue
    }
    const current = records.filter(({ isCurrent }) => isCurrent)
    expect(current).toHaveLength(1)
    expect(new Set(records.map(({ number }) => number)).size).toBe(records.length)
    const words = (journey.words[person] ?? []).filter(({ until }) => until >= clock.at.getTime())
    const least = words.map((word) => rankOf(workspace, word.statusId))
    const isUntouched = journey.words.every((some) => some.length === 0)
    if (isUntouched) least.push(await reachedBy(id))
    expect(rankOf(workspace, current[0]?.statusId ?? '')).toBeGreaterThanOrEqual(Math.max(0, ...least))
  }
}

test('whatever is earned, cancelled, set, merged and undone, one status counts, and nobody falls below an operator’s word (L102–L104, S19)', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 15, maxLength: 25, size: 'max' }),
      person,
      person,
      async (steps, one, other) => {
        fixture.clock.at = new Date('2026-03-10T08:00:00Z')
        const ids = await Promise.all([0, 1, 2].map(() => fixture.newProfile()))
        const journey: Journey = { ids, words: [[], [], []], purchases: [], merges: [] }
        for (const taken of steps) {
          await take(journey, taken)
          await check(journey)
        }
        if (one === other || isAway(journey, one) || isAway(journey, other)) return
        const before = await Promise.all(ids.map(fixture.recordsOf))
        await merge(journey, one, other)
        await check(journey)
        await undo(journey, journey.merges.length - 1)
        expect(await Promise.all(ids.map(fixture.recordsOf))).toEqual(before)
      },
    ),
    runs(25),
  )
})
