import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runs } from '../../testing/soak.ts'
import { readFreePoints } from '../points/free-points.ts'
import { createPointsFixture, type PointsFixture } from '../points/points.fixture.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { buyReward } from './buy-reward.ts'
import { countIssued, mostMore } from './catalogue.ts'
import { redeemGrant, reopenGrants } from './redeem-grant.ts'
import { returnGrant, withdrawGrant } from './withdraw-grant.ts'

const file = `
workspace: acme
loyalty: { pointTypes: [{ id: base, name: Base }] }
rewards:
  - { id: printed, kind: coupon, name: Printed, pointsCost: 10, couponCodes: { pool: [p] } }
  - { id: other, kind: coupon, name: Other, couponCodes: { pool: [o] } }
  - { id: drawn, kind: freebie, name: Drawn, pointsCost: 4 }
`
const rewardIds = ['printed', 'other', 'drawn'] as const
const cost: Readonly<Record<string, number>> = { printed: 1000, other: 0, drawn: 400 }
const startPoints = 6000

let points: PointsFixture
let lastWorkspaceId = 1000
beforeAll(async () => {
  points = await createPointsFixture(file)
})
afterAll(() => points[Symbol.asyncDispose]())

const codes = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'] as const
/** A workspace file, as far as it may change: whose pool each code stands in, in which order, and how many there are. */
const catalogue = fc.record({
  order: fc.shuffledSubarray([...codes]),
  others: fc.nat({ max: 4 }),
  stocks: fc.array(fc.option(fc.nat({ max: 5 })), { minLength: 3, maxLength: 3 }),
  limits: fc.array(fc.option(fc.integer({ min: 1, max: 3 })), { minLength: 3, maxLength: 3 }),
})
type Catalogue = typeof catalogue extends fc.Arbitrary<infer T> ? T : never

const owner = fc.nat({ max: 1 })
const index = fc.nat({ max: 12 })
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('buy'), owner, reward: fc.constantFrom(...rewardIds) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('buy'),
      owner,
      reward: fc.constantFrom(...rewardIds),
      code: fc.constantFrom(...codes, 'x', 'y', 'drawn'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('withdraw'), index }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('return'), index }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('redeem'),
      index,
      bill: fc.nat({ max: 2 }),
      bought: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel'), bill: fc.nat({ max: 2 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('apply'), catalogue }) },
)
type Step = {
  readonly do: string
  readonly owner?: number
  readonly reward?: string
  readonly code?: string
  readonly index?: number
  readonly bill?: number
  readonly bought?: boolean
  readonly catalogue?: Catalogue
}

test('whatever is bought, used, cancelled and returned in whatever order, under whatever file, stock, limits, codes and points are those of the plain model (L86–L90, L113, S28)', async () => {
  await fc.assert(
    fc.asyncProperty(catalogue, fc.array(step, { minLength: 5, maxLength: 40 }), compare),
    runs(25),
  )
})

interface ModelGrant {
  number: string
  owner: number
  reward: string
  code: string | undefined
  state: 'issued' | 'redeemed' | 'withdrawn'
  bill: number | undefined
  bought: boolean
}

async function compare(first: Catalogue, steps: readonly Step[]): Promise<void> {
  const { ledger, db } = points
  const id = lastWorkspaceId++
  let workspace = withCatalogue({ ...points.workspace, id }, first)
  const owners = [randomUUID(), randomUUID()]
  const inTransaction = async <T>(work: Parameters<typeof db.database.transaction<T>>[1]) =>
    await db.database.transaction(id, work)
  await inTransaction(async (connection) => {
    for (const profileId of owners) {
      await connection.query('insert into profiles (workspace_id, id) values ($1, $2)', [id, profileId])
      const gift = { key: profileId, kind: 'addition', profileId, amount: startPoints } as const
      await ledger.earn(connection, workspace, gift)
    }
  })
  const grants: ModelGrant[] = []
  const balance = [startPoints, startPoints]

  const settingsOf = (reward: string) => {
    const found = workspace.settings.rewards.find((one) => one.id === reward)
    if (!found) throw new Error('no reward')
    const pool = found.couponCodes && 'pool' in found.couponCodes ? found.couponCodes.pool : undefined
    return { ...found, pool }
  }
  const counting = (reward: string, holder?: number) =>
    grants.filter(
      (one) =>
        one.reward === reward && one.state !== 'withdrawn' && (holder === undefined || one.owner === holder),
    ).length
  const isGone = (code: string) => grants.some((one) => one.code === code)
  const left = (reward: string, holder: number) => {
    const { stock = Infinity, perCustomer = Infinity, pool } = settingsOf(reward)
    const free = pool ? pool.filter((code) => !isGone(code)).length : Infinity
    return Math.max(0, Math.min(stock - counting(reward), perCustomer - counting(reward, holder), free))
  }
  const giveBack = (grant: ModelGrant, isRefunded: boolean) => {
    grant.state = 'withdrawn'
    if (isRefunded) balance[grant.owner] = (balance[grant.owner] ?? 0) + (cost[grant.reward] ?? 0)
  }

  const perform: Readonly<Record<string, (step: Step) => Promise<void>>> = {
    async buy({ owner: holder = 0, reward = '', code }) {
      const { stock = Infinity, perCustomer = Infinity, pool } = settingsOf(reward)
      const price = cost[reward] ?? 0
      const next = code ?? pool?.find((one) => !isGone(one))
      const isSpokenFor = rewardIds.some(
        (one) => settingsOf(one).code === code || settingsOf(one).pool?.includes(code ?? ''),
      )
      const expected =
        counting(reward) >= stock
          ? 'out-of-stock'
          : counting(reward, holder) >= perCustomer
            ? 'customer-limit'
            : code !== undefined && (isSpokenFor || isGone(code))
              ? 'code-taken'
              : pool && next === undefined
                ? 'no-code-left'
                : price > (balance[holder] ?? 0)
                  ? 'not-enough-points'
                  : 'bought'
      let done: string | undefined
      const number = await inTransaction(async (connection) => {
        const bought = await buyReward(connection, workspace, ledger, {
          rewardId: reward,
          profileId: owners[holder] ?? '',
          code,
        })
        done = bought.refusal ?? 'bought'
        if (bought.refusal) throw new Error('rolled back')
        return bought.grant
      }).catch((error: Error) => {
        if (error.message !== 'rolled back') throw error
        return undefined
      })
      expect(done).toBe(expected)
      if (number === undefined) return
      balance[holder] = (balance[holder] ?? 0) - price
      grants.push({
        number,
        owner: holder,
        reward,
        code: next,
        state: 'issued',
        bill: undefined,
        bought: false,
      })
    },
    async withdraw({ index: place = 0 }) {
      const grant = grants[place]
      if (!grant) return
      const done = await inTransaction((connection) => withdrawGrant(connection, id, grant.number))
      expect(done).toBe(grant.state === 'issued')
      if (done) giveBack(grant, false)
    },
    async return({ index: place = 0 }) {
      const grant = grants[place]
      if (!grant) return
      const done = await inTransaction((connection) =>
        returnGrant(connection, workspace, ledger, grant.number),
      )
      expect(done).toBe(grant.state === 'issued')
      if (done) giveBack(grant, true)
    },
    async redeem({ index: place = 0, bill = 0, bought = false }) {
      const grant = grants[place]
      if (!grant) return
      const purchase = { number: String(bill + 1), discount: 100, bought }
      const request = { number: grant.number, at: new Date(), purchase }
      const refusal = await inTransaction((connection) => redeemGrant(connection, workspace, request))
      const expected = { issued: undefined, redeemed: 'redeemed', withdrawn: 'unknown-grant' }[grant.state]
      expect(refusal).toBe(expected)
      if (refusal === undefined) Object.assign(grant, { state: 'redeemed', bill, bought })
    },
    async cancel({ bill = 0 }) {
      await inTransaction(async (connection) => {
        const { bought } = await reopenGrants(connection, id, String(bill + 1))
        for (const { number } of bought) await returnGrant(connection, workspace, ledger, number)
      })
      for (const grant of grants) {
        if (grant.state !== 'redeemed' || grant.bill !== bill) continue
        grant.state = 'issued'
        if (grant.bought) giveBack(grant, true)
      }
    },
    async apply({ catalogue: next }) {
      if (next) workspace = withCatalogue(workspace, next)
    },
  }

  for (const one of steps) {
    await perform[one.do]?.(one)
    for (const [holder, profileId] of owners.entries()) {
      const counts = await inTransaction((connection) => countIssued(connection, workspace, profileId))
      const found = rewardIds.map((reward) => mostMore(settingsOf(reward), counts))
      expect(found).toEqual(rewardIds.map((reward) => left(reward, holder)))
    }
  }
  const free = await inTransaction((connection) =>
    readFreePoints(connection, workspace, { profileIds: owners, now: points.clock.at }),
  )
  expect(owners.map((profileId) => free.get(profileId) ?? 0)).toEqual(balance)
}

function withCatalogue(workspace: Workspace, { order, others, stocks, limits }: Catalogue): Workspace {
  const pools: Readonly<Record<string, readonly string[]>> = {
    printed: order.slice(others),
    other: order.slice(0, others),
  }
  const rewards = workspace.settings.rewards.map((reward, place) => {
    const { stock: _stock, perCustomer: _limit, ...rest } = reward
    const [stock, perCustomer] = [stocks[place], limits[place]]
    const pool = pools[reward.id]
    return {
      ...rest,
      ...(typeof stock === 'number' && { stock }),
      ...(typeof perCustomer === 'number' && { perCustomer }),
      ...(pool && { couponCodes: { pool: [...pool] } }),
    }
  })
  return { ...workspace, settings: { ...workspace.settings, rewards } }
}
