import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runs } from '../../testing/soak.ts'
import { endOfLocalDayAfter } from '../local-time/local-time.ts'
import { runExpiry } from './expiry-job.ts'
import { createLedgerModel } from './ledger-model.fixture.ts'
import { createPointsFixture, type PointsFixture } from './points.fixture.ts'

const zones = ['Europe/Prague', 'Pacific/Apia', 'America/Sao_Paulo'] as const
const fixtures = new Map<string, PointsFixture>()
const expiresAfterDays = 3

beforeAll(async () => {
  for (const zone of zones) {
    const file = `
workspace: acme
timeZone: ${zone}
loyalty: { pointTypes: [ { id: base, name: Base, expiresAfterDays: ${expiresAfterDays} } ] }
`
    fixtures.set(zone, await createPointsFixture(file))
  }
})
afterAll(async () => {
  for (const points of fixtures.values()) await points[Symbol.asyncDispose]()
})

const owner = fc.nat({ max: 2 })
const amount = fc.integer({ min: 1, max: 400 })
const index = fc.nat({ max: 3 })
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('earn'), owner, amount }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('earnAll'), amount }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('spend'), owner, amount }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('transfer'), owner, into: owner, amount }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('synchronise'), owner, amount }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('reserve'), owner, amount, hours: fc.nat({ max: 8 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('reverseEarning'), index }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('reverseSpending'), index }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait'), hours: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('job') }) },
)
type Step = {
  readonly do: string
  readonly owner?: number
  readonly into?: number
  readonly amount?: number
  readonly hours?: number
  readonly index?: number
}

/** Days on which clocks change, or a day is missing altogether. */
const starts = {
  'Europe/Prague': ['2026-03-27T20:00:00Z', '2026-10-22T21:30:00Z'],
  'Pacific/Apia': ['2011-12-27T09:00:00Z', '2011-12-29T09:59:59Z'],
  'America/Sao_Paulo': ['2018-11-01T02:30:00Z', '2018-02-14T01:30:00Z'],
} as const

test.each(zones)(
  'whatever is done in whatever order, points are where the plain model has them, and follow from the entries (L121–L123), %s',
  async (zone) => {
    const points = fixtures.get(zone)
    if (!points) throw new Error('no fixture')
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...starts[zone]),
        fc.array(step, { minLength: 8, maxLength: 30 }),
        (start, steps) => compare(points, new Date(start), steps),
      ),
      runs(60),
    )
  },
)

async function compare(points: PointsFixture, start: Date, steps: readonly Step[]): Promise<void> {
  const { ledger, workspace, clock } = points
  const model = createLedgerModel()
  const ids = [await points.newProfile(), await points.newProfile(), await points.newProfile()]
  const earned: string[] = []
  const spent: string[] = []
  clock.at = start
  for (const { do: what, owner = 0, into = 0, amount = 0, hours = 0, index = 0 } of steps) {
    model.now = clock.at.getTime()
    const [profileId = '', intoProfileId = ''] = [ids[owner], ids[into]]
    const validTo = endOfLocalDayAfter(clock.at, expiresAfterDays, workspace.settings.timeZone).getTime()
    const key = randomUUID()
    const expiresAt = new Date(clock.at.getTime() + hours * 3_600_000)
    const done = await points.transaction(async (connection): Promise<boolean | undefined> => {
      switch (what) {
        case 'earn': {
          const result = await ledger.earn(connection, workspace, {
            key,
            kind: 'purchase',
            profileId,
            amount,
          })
          if (result.movement) earned.push(result.movement.number)
          return result.refusal === undefined
        }
        case 'earnAll': {
          const requests = ids.map((id, nth) => ({
            key: `${key}:${nth}`,
            kind: 'purchase' as const,
            profileId: id,
            amount: amount + nth,
          }))
          const results = await ledger.earnAll(connection, workspace, requests)
          earned.push(...results.flatMap(({ movement }) => movement?.number ?? []))
          return results.every(({ refusal }) => refusal === undefined)
        }
        case 'spend': {
          const result = await ledger.spend(connection, workspace, {
            key,
            kind: 'payment',
            profileId,
            amount,
          })
          if (result.movement) spent.push(result.movement.number)
          return result.refusal === undefined
        }
        case 'transfer': {
          const request = { key, fromProfileId: profileId, intoProfileId, amount }
          return (await ledger.transfer(connection, workspace, request)).refusal === undefined
        }
        case 'synchronise':
          return (
            (await ledger.synchronise(connection, workspace, { key, profileId, amount })).refusal ===
            undefined
          )
        case 'reserve': {
          const request = { externalId: key, profileId, amount, expiresAt }
          return (await ledger.reserve(connection, workspace, request)).refusal === undefined
        }
        case 'reverseEarning':
        case 'reverseSpending': {
          const movementNumber = (what === 'reverseEarning' ? earned : spent)[index] ?? '1'
          return (await ledger.reverse(connection, workspace, { key, movementNumber })).refusal === undefined
        }
        default:
          return undefined
      }
    })
    if (what === 'wait') clock.at = new Date(clock.at.getTime() + hours * 3_600_000)
    if (what === 'job') await runExpiry(points.db.database, workspace.id, clock.at)
    const inModel: Readonly<Record<string, () => boolean>> = {
      earn: () => model.earn(owner, amount, validTo),
      earnAll: () => ids.every((_, nth) => model.earn(nth, amount + nth, validTo)),
      spend: () => model.spend(owner, amount),
      transfer: () => model.transfer(owner, into, amount),
      synchronise: () => model.synchronise(owner, amount, validTo),
      reserve: () => model.reserve(owner, amount, expiresAt.getTime()),
      reverseEarning: () => model.reverseEarning(index),
      reverseSpending: () => model.reverseSpending(index),
    }
    expect(done, what).toBe(inModel[what]?.())
  }
  model.now = clock.at.getTime()
  for (const owner of ids.keys()) model.expire(owner)
  expect(await Promise.all(ids.map((id) => points.free(id)))).toEqual(
    ids.map((_, owner) => Math.max(0, model.free(owner))),
  )
  while ((await runExpiry(points.db.database, workspace.id, clock.at)) > 0);
  const { rows } = await points.db.database.asOwner((connection) =>
    connection.query<{ id: string; balance: string; owed: string }>(
      'select profile_id as id, balance, owed from points_wallets where profile_id = any ($1)',
      [ids],
    ),
  )
  const found = ids.map((id) => {
    const wallet = rows.find((row) => row.id === id)
    return [Number(wallet?.balance ?? 0), Number(wallet?.owed ?? 0)]
  })
  expect(found).toEqual(ids.map((_, owner) => [model.balance(owner), model.owed(owner)]))
  expect(await points.faults()).toEqual([])
}
