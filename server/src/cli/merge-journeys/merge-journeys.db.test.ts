import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyLedger } from '../../core/points/verify-ledger.ts'
import { runs } from '../../testing/soak.ts'
import { acts, anonymousActs } from './acts.fixture.ts'
import { comparable, type Dump, dumpRows } from './dump-rows.fixture.ts'
import { type Journey, type Journeys, markOf, openJourneys, phoneOf } from './journey.fixture.ts'
import { wrongs } from './wrongs.fixture.ts'

const peopleCount = 4
const longest = 30

let journeys: Journeys
beforeAll(async () => {
  journeys = await openJourneys()
})
afterAll(() => journeys[Symbol.asyncDispose]())

const person = fc.nat({ max: peopleCount - 1 })
const names = Object.keys(acts) as (keyof typeof acts)[]
const act = fc.record({ does: fc.constantFrom(...names), who: person, other: person, n: fc.nat({ max: 2 }) })
const merging = fc.record({ does: fc.constant('merge' as const), who: person, other: person })
const undoing = fc.record({ does: fc.constant('undo' as const), n: fc.nat({ max: 2 }) })
const step = fc.oneof(
  { weight: 8, arbitrary: act },
  { weight: 2, arbitrary: merging },
  { weight: 2, arbitrary: undoing },
)
const erasing = fc.record({ does: fc.constant('erase' as const), who: person })
type Drawn<T> = T extends fc.Arbitrary<infer V> ? V : never
type Step = Drawn<typeof step> | Drawn<typeof erasing>

const several = <T>(of: fc.Arbitrary<T>) => fc.array(of, { maxLength: longest, size: 'max' })

async function take(journey: Journey, taken: Step): Promise<void> {
  if (taken.does === 'undo') return await undo(journey, taken.n)
  const profile = await personOf(journey, taken.who)
  if (profile === undefined) return
  if (taken.does === 'erase') return await erase(journey, profile)
  const other = await personOf(journey, taken.other)
  if (other === undefined) return
  if (taken.does === 'merge') {
    if (profile !== other) await journey.merge(profile, other)
    return
  }
  const mayAct = anonymousActs.has(taken.does) || (await areKnown(journey, [profile, other]))
  if (mayAct) await acts[taken.does](journey, { profile, other, n: taken.n })
}

function personOf(journey: Journey, index: number): Promise<string | undefined> {
  return journey.survivorOf(journey.people[index] ?? '')
}

async function areKnown(journey: Journey, profiles: readonly string[]): Promise<boolean> {
  const unknown = await journey.query(
    'select from profiles where workspace_id = $1 and id = any ($2) and known_at is null limit 1',
    [profiles],
  )
  return unknown.length === 0
}

/** Of the merges that hold the last one, or one before it. */
async function undo(journey: Journey, n: number): Promise<void> {
  const merge = journey.merges.at(-1 - (n % Math.max(1, journey.merges.length)))
  const refusal = merge && (await journey.undo(merge))
  if (refusal !== undefined) expect(['survivor-gone', 'identifier-taken', 'unknown']).toContain(refusal)
}

function dump(journey: Journey): Promise<Dump> {
  return journey.db.database.asOwner((connection) => dumpRows(connection, journey.workspace.id))
}

function holding(dumped: Dump, text: string, except: readonly string[]): readonly string[] {
  return [...dumped].flatMap(([table, rows]) =>
    except.includes(table) ? [] : rows.filter((row) => row.includes(text)).map((row) => `${table} ${row}`),
  )
}

/** Dropped within days, whatever becomes of the people in it. */
const logs = ['operation_blocks', 'profile_changes']
/** Tables that may name who was merged away (S9). */
const namingMerged = [...logs, 'merged_profiles', 'profile_merges', 'segment_dues']
/** Tables that may name who was erased: the number of a voucher says that there was one (S20). */
const namingErased = [...logs, 'grants']

async function check(journey: Journey): Promise<void> {
  const dumped = await dump(journey)
  const merged = await journey.query<{ id: string }>('select id from merged_profiles where workspace_id = $1')
  for (const { id } of merged) expect(holding(dumped, id, namingMerged)).toEqual([])
  for (const id of journey.erased) expect(holding(dumped, id, namingErased)).toEqual([])
  for (const [wrong, text] of Object.entries(wrongs)) expect(await journey.query(text), wrong).toEqual([])
  expect((await verifyLedger(journey.db.database, journey.workspace.id)).faults).toEqual([])
}

/** With whoever is merged into them; and leads and the like that were never anybody's go first. */
async function erase(journey: Journey, profile: string): Promise<void> {
  const others = await journey.query<{ id: string }>(
    'select id from profiles where workspace_id = $1 and id <> all ($2::uuid[])',
    [journey.people],
  )
  for (const { id } of others) await journey.erase(id)
  const ended: string[] = []
  for (const one of journey.people) if ((await journey.survivorOf(one)) === profile) ended.push(one)
  await journey.erase(profile)
  const dumped = await dump(journey)
  for (const one of ended) {
    for (const said of [markOf(journey, one), phoneOf(journey, one)]) {
      expect(holding(dumped, said, logs)).toEqual([])
    }
    expect(holding(dumped, one, namingErased)).toEqual([])
  }
  await check(journey)
}

test('a merge that is undone at once leaves every row of every table as it was, whatever had happened (S19)', async () => {
  await fc.assert(
    fc.asyncProperty(several(step), person, person, async (steps, one, two) => {
      const journey = await journeys.begin(peopleCount)
      for (const taken of steps) await take(journey, taken)
      const [from, into] = [await personOf(journey, one), await personOf(journey, two)]
      if (from === undefined || into === undefined || from === into) return
      const before = comparable(await dump(journey), journey.workspace)
      const id = await journey.merge(from, into)
      await check(journey)
      expect(await journey.undo({ id, from, into })).toBeUndefined()
      expect(comparable(await dump(journey), journey.workspace)).toEqual(before)
      await check(journey)
    }),
    runs(8),
  )
})

test('merges that are undone in whatever order leave every row of every table as it was (S19)', async () => {
  const pairs = fc.array(fc.tuple(person, person), { minLength: 2, maxLength: 3 })
  const picks = fc.array(fc.nat({ max: 2 }), { minLength: 10, maxLength: 10 })
  await fc.assert(
    fc.asyncProperty(several(act), pairs, picks, async (steps, merged, picked) => {
      const journey = await journeys.begin(peopleCount)
      for (const taken of steps) await take(journey, taken)
      const before = comparable(await dump(journey), journey.workspace)
      for (const [who, other] of merged) await take(journey, { does: 'merge', who, other })
      for (const n of picked) {
        await undo(journey, n)
        await check(journey)
      }
      while (journey.merges.length > 0) {
        const last = journey.merges.at(-1)
        if (last) expect(await journey.undo(last)).toBeUndefined()
      }
      expect(comparable(await dump(journey), journey.workspace)).toEqual(before)
    }),
    runs(8),
  )
})

test('whatever happens, is merged and undone, everything hangs together, and who is erased is nowhere (S19, S20)', async () => {
  const anything = fc.oneof({ weight: 40, arbitrary: step }, { weight: 1, arbitrary: erasing })
  await fc.assert(
    fc.asyncProperty(several<Step>(anything), person, async (steps, doomed) => {
      const journey = await journeys.begin(peopleCount)
      for (const taken of steps) {
        await take(journey, taken)
        if (taken.does === 'merge' || taken.does === 'undo') await check(journey)
      }
      await take(journey, { does: 'erase', who: doomed })
    }),
    runs(8),
  )
})
