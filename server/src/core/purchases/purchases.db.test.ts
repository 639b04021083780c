import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { retried } from '../identity/retried.ts'
import { createLedger } from '../points/create-ledger.ts'
import { readFreePoints } from '../points/free-points.ts'
import { buyReward } from '../rewards/buy-reward.ts'
import { grantReward } from '../rewards/grant-reward.ts'
import { listVouchers } from '../rewards/list-vouchers.ts'
import { readStatus } from '../statuses/read-status.ts'
import { statusReaction } from '../statuses/status-reaction.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { assignPurchase } from './assign-purchase.ts'
import type { Bill } from './bill.ts'
import { cancelPurchase } from './cancel-purchase.ts'
import { quotePayment } from './quote-payment.ts'
import { listPurchases } from './read-purchases.ts'
import { readTurnover } from './read-turnover.ts'
import { recommendBenefits } from './recommend-benefits.ts'
import { type SendRequest, type SendResult, sendPurchase } from './send-purchase.ts'

const ledger = createLedger([statusReaction])
let db: TestDatabase
let workspace: Workspace

const file = `
workspace: acme
timeZone: Europe/Prague
eventTypes: [{ code: purchase, name: Purchase }]
loyalty:
  stores: [{ id: hq, name: HQ }, { id: side, name: Side }]
  pointTypes: [{ id: base, name: Base, expiresAfterDays: 365, default: true }]
  earning: { pointsPerUnit: 1, unit: EUR, pointType: base }
  pointValue: { amount: 0.05, currency: EUR }
  partners: [{ id: acme, name: Acme }]
  statuses:
    - { id: bronze, name: Bronze, qualificationPoints: 0, multiplier: 1 }
    - { id: silver, name: Silver, qualificationPoints: 500, multiplier: 1.5 }
rewards:
  - { id: ten, kind: coupon, name: Ten, code: GLOB-10, value: 10, currency: EUR, pointsCost: 200, perCustomer: 3, grantValidDays: 30 }
  - { id: rare, kind: freebie, name: Rare, code: RARE, pointsCost: 10, stock: 10 }
  - { id: half, kind: discount, name: Half, percent: 50, stores: [hq] }
  - { id: gift, kind: coupon, name: Gift, value: 5, currency: EUR }
`

beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply(file)
  const found = db.directory.bySlug('acme')
  if (!found) throw new Error('no workspace')
  workspace = found
})
afterAll(() => db[Symbol.asyncDispose]())

type Work<T> = (
  connection: Parameters<Parameters<TestDatabase['database']['transaction']>[1]>[0],
) => Promise<T>

class Refused extends Error {
  readonly refusal: unknown
  constructor(refusal: unknown) {
    super(JSON.stringify(refusal))
    this.refusal = refusal
  }
}

function inTransaction<T>(work: Work<T>): Promise<T> {
  return retried(() => db.database.transaction(workspace.id, work))
}

/** As its callers do it: what is refused is rolled back. */
async function booked<T extends { readonly refusal?: unknown } | undefined>(work: Work<T>): Promise<T> {
  try {
    return await inTransaction(async (connection) => {
      const result = await work(connection)
      if (result?.refusal) throw new Refused(result)
      return result
    })
  } catch (error) {
    if (error instanceof Refused) return error.refusal as T
    throw error
  }
}

async function newProfile(points = 0): Promise<string> {
  const id = randomUUID()
  await inTransaction(async (connection) => {
    await connection.query('insert into profiles (workspace_id, id, customer_id) values ($1, $2, $3)', [
      workspace.id,
      id,
      id,
    ])
    await connection.query(
      `insert into identifiers (workspace_id, kind, value, profile_id) values ($1, 'customer_id', $2, $3)`,
      [workspace.id, id, id],
    )
    if (points === 0) return
    // No points that qualify: a status would change what is earned.
    await ledger.synchronise(connection, workspace, {
      key: `start:${id}`,
      profileId: id,
      amount: points * 100,
    })
  })
  return id
}

function bill(more: Partial<Bill> & { readonly amount?: number } = {}): Bill {
  const { amount = 60, ...given } = more
  return {
    billId: randomUUID(),
    paymentTime: new Date(),
    currency: 'EUR',
    totalPrice: amount * 100,
    typeId: 'store_purchase',
    paymentType: 'S',
    createdBy: null,
    items: [
      {
        itemId: '1',
        paidAmount: amount * 100,
        price: amount * 100,
        quantity: 1000,
        loyaltyOff: false,
        vatRate: 20,
        productCode: 'A-77',
        productName: 'Cone',
        categoryCode: null,
        typeId: 'standard',
      },
    ],
    ...given,
  }
}

function send(profileId: string | undefined, more: Partial<SendRequest> = {}): Promise<SendResult> {
  const request: SendRequest = {
    bill: bill(),
    storeId: 'hq',
    cashdeskNumber: '1',
    profileId,
    cardNumber: null,
    creditPoints: 0,
    benefits: [],
    eventName: 'purchase',
    source: 'back end',
    now: new Date(),
    ...more,
  }
  return booked((connection) => sendPurchase(connection, workspace, ledger, request))
}

function cancel(billId: string, cancelling = bill({ billId: `C${billId}` })) {
  const request = {
    bill: cancelling,
    originalBillId: billId,
    storeId: 'hq',
    cashdeskNumber: null,
    now: new Date(),
  }
  return booked((connection) => cancelPurchase(connection, workspace, ledger, request))
}

async function freePoints(profileId: string): Promise<number> {
  const free = await inTransaction((connection) =>
    readFreePoints(connection, workspace, { profileIds: [profileId], now: new Date() }),
  )
  return (free.get(profileId) ?? 0) / 100
}

async function statusOf(profileId: string): Promise<string | undefined> {
  return (await inTransaction((connection) => readStatus(connection, workspace, profileId)))?.statusId
}

function vouchersOf(profileId: string) {
  const all = { sort: undefined, count: 100, offset: 0 }
  return inTransaction(async (connection) => {
    return (await listVouchers(connection, workspace, { profileIds: [profileId] }, new Date(), all)).items
  })
}

async function voucher(profileId: string, rewardId: string): Promise<string> {
  await inTransaction((connection) => grantReward(connection, workspace, ledger, { rewardId, profileId }))
  const code = (await vouchersOf(profileId)).find((grant) => grant.rewardId === rewardId)?.code
  if (!code) throw new Error('no voucher')
  return code
}

test('a purchase earns whole points, is paid with points and vouchers, and what was quoted is what it earns (L107, L109, L111)', async () => {
  const profileId = await newProfile(600)
  const code = await voucher(profileId, 'gift')
  const ofBill = bill()
  const { quote } = await inTransaction((connection) =>
    quotePayment(connection, workspace, {
      bill: ofBill,
      storeId: 'hq',
      profileId,
      mostPoints: 50_000,
      codes: [code],
      now: new Date(),
    }),
  )
  expect(quote).toMatchObject({ discounts: [500], creditPoints: 50_000, paidByPoints: 2500, earned: 3000 })
  const sent = await send(profileId, { bill: ofBill, creditPoints: 50_000, benefits: [{ code }] })
  expect(sent.refusal).toBeUndefined()
  expect(await freePoints(profileId)).toBe(130)
  expect(quote?.freeAfterwards).toBe(13_000)
  expect(await vouchersOf(profileId)).toMatchObject([{ state: 'redeemed', discount: 500, storeId: 'hq' }])
})

test('the points asked for are lowered to what is free and to what is left to pay (L109)', async () => {
  const profileId = await newProfile(5000)
  const quote = (mostPoints: number, amount: number) =>
    inTransaction((connection) =>
      quotePayment(connection, workspace, {
        bill: bill({ amount }),
        storeId: 'hq',
        profileId,
        mostPoints,
        codes: ['GLOB-10'],
        now: new Date(),
      }),
    )
  expect((await quote(999_900, 20)).quote).toMatchObject({
    creditPoints: 20_000,
    paidByPoints: 1000,
    earned: 0,
  })
  expect((await quote(999_900, 1000)).quote).toMatchObject({ creditPoints: 480_000 })
  expect(await freePoints(profileId)).toBe(5000)
})

test('the same bill twenty times at once is booked once (L112)', async () => {
  const profileId = await newProfile()
  const ofBill = bill()
  const results = await Promise.all(Array.from({ length: 20 }, () => send(profileId, { bill: ofBill })))
  expect(results.filter(({ purchase }) => purchase)).toHaveLength(1)
  expect(results.filter(({ refusal }) => refusal?.reason === 'bill-exists')).toHaveLength(19)
  expect(await freePoints(profileId)).toBe(60)
})

test('two tills that serve one customer never spend the same points or voucher twice (L111, L123)', async () => {
  const profileId = await newProfile(1000)
  const code = await voucher(profileId, 'gift')
  const results = await Promise.all(
    Array.from({ length: 8 }, (_, till) =>
      send(profileId, {
        bill: bill({ paymentType: 'D' }),
        creditPoints: 40_000,
        benefits: till % 2 === 0 ? [{ code }] : [],
      }),
    ),
  )
  const done = results.filter(({ purchase }) => purchase)
  expect(done).toHaveLength(2)
  expect(await freePoints(profileId)).toBe(200)
  const used = (await vouchersOf(profileId)).filter(({ state }) => state === 'redeemed')
  expect(used.length).toBeLessThanOrEqual(1)
})

test('200 who buy the last 10 of a reward in their purchases at once get 10, and nobody else pays (L123)', async () => {
  const profiles = await Promise.all(Array.from({ length: 25 }, () => newProfile(1000)))
  const results = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      send(profiles[index % 25], { bill: bill({ paymentType: 'D' }), benefits: [{ code: 'RARE' }] }),
    ),
  )
  expect(results.filter(({ purchase }) => purchase)).toHaveLength(10)
  for (const { refusal } of results) {
    if (refusal)
      expect(refusal).toMatchObject({ reason: 'benefits', refusals: [{ code: 'RARE', reason: 'limit' }] })
  }
  const left = await Promise.all(profiles.map(freePoints))
  expect(left.reduce((sum, points) => sum + points, 0)).toBe(25 * 1000 - 10 * 10)
})

test('cancelling reverses exactly: earned points, paid points, vouchers, bought rewards, turnover, status (L113)', async () => {
  const profileId = await newProfile(1000)
  const code = await voucher(profileId, 'gift')
  const ofBill = bill({ amount: 1000 })
  const sent = await send(profileId, {
    bill: ofBill,
    creditPoints: 10_000,
    benefits: [{ code }, { code: 'GLOB-10' }],
  })
  expect(sent.refusal).toBeUndefined()
  expect(await statusOf(profileId)).toBe('silver')
  expect(await freePoints(profileId)).toBe(1000 - 200 - 100 + 980)
  const cancelled = await cancel(ofBill.billId)
  expect(cancelled.refusal).toBeUndefined()
  expect(await freePoints(profileId)).toBe(1000)
  expect(await statusOf(profileId)).toBe('bronze')
  expect(await vouchersOf(profileId)).toMatchObject([{ code, state: 'issued', discount: null }])
  const turnover = await inTransaction((connection) => readTurnover(connection, workspace.id, profileId, {}))
  expect(turnover).toEqual([])
  expect(await cancel(ofBill.billId, bill())).toEqual({ refusal: 'already-cancelled' })
  expect(await cancel('unheard of')).toEqual({ refusal: 'unknown-original' })
  expect(await cancel(`C${ofBill.billId}`)).toEqual({ refusal: 'unknown-original' })
  const all = { sort: undefined, count: 100, offset: 0 }
  const listed = await inTransaction((connection) =>
    listPurchases(connection, workspace.id, { profileIds: [profileId] }, all),
  )
  expect(listed.total).toBe(2)
})

test('twenty cancellations of one purchase at once reverse it once (L113, L123)', async () => {
  const profileId = await newProfile()
  const ofBill = bill()
  await send(profileId, { bill: ofBill })
  const results = await Promise.all(Array.from({ length: 20 }, () => cancel(ofBill.billId, bill())))
  expect(results.filter(({ purchase }) => purchase)).toHaveLength(1)
  expect(await freePoints(profileId)).toBe(0)
})

test('points that were earned and spent before the cancellation are owed, and settled first (L114)', async () => {
  const profileId = await newProfile()
  const ofBill = bill({ amount: 100 })
  await send(profileId, { bill: ofBill })
  await send(profileId, { bill: bill({ amount: 4, paymentType: 'D' }), creditPoints: 8000 })
  expect(await freePoints(profileId)).toBe(20)
  await cancel(ofBill.billId)
  expect(await freePoints(profileId)).toBe(0)
  await send(profileId, { bill: bill({ amount: 100 }) })
  expect(await freePoints(profileId)).toBe(20)
})

test('a status reached by a purchase counts for the next one, not for itself (L103)', async () => {
  const profileId = await newProfile()
  await send(profileId, { bill: bill({ amount: 600 }) })
  expect(await freePoints(profileId)).toBe(600)
  await send(profileId, { bill: bill({ amount: 100 }) })
  expect(await freePoints(profileId)).toBe(750)
})

test('codes: what is nobody’s, used, for another store, over the limit or too dear is refused, all at once, and nothing is booked (L108, L117)', async () => {
  const profileId = await newProfile(100)
  const foreign = await voucher(await newProfile(), 'gift')
  const own = await voucher(profileId, 'gift')
  const half = await voucher(profileId, 'half')
  const benefits = ['nothing', foreign, own, own, half, 'GLOB-10'].map((code) => ({ code }))
  const refused = await send(profileId, { storeId: 'side', benefits })
  expect(refused.refusal).toEqual({
    reason: 'benefits',
    refusals: [
      { code: 'nothing', reason: 'unknown' },
      { code: foreign, reason: 'of-another-profile' },
      { code: own, reason: 'already-used' },
      { code: half, reason: 'not-in-store' },
      { code: 'GLOB-10', reason: 'not-enough-points' },
    ],
  })
  expect(await freePoints(profileId)).toBe(100)
  expect((await vouchersOf(profileId)).every(({ state }) => state === 'issued')).toBe(true)
  expect((await send(profileId, { creditPoints: 10_100 })).refusal).toEqual({ reason: 'not-enough-points' })
})

test('an anonymous purchase earns nothing until somebody is named, then as if sent with them, once (L106, L116)', async () => {
  const profileId = await newProfile()
  const ofBill = bill()
  expect((await send(undefined, { bill: ofBill })).refusal).toBeUndefined()
  const assign = () =>
    inTransaction((connection) =>
      assignPurchase(connection, workspace, ledger, {
        billId: ofBill.billId,
        profileId,
        cardNumber: null,
        eventName: 'purchase',
        source: 'back end',
        now: new Date(),
      }),
    )
  expect(await assign()).toBeUndefined()
  expect(await freePoints(profileId)).toBe(60)
  expect(await assign()).toBe('has-profile')
  expect(await freePoints(profileId)).toBe(60)
})

test('a reservation under the id of the bill is free for it, and is used up (L115)', async () => {
  const profileId = await newProfile(100)
  const ofBill = bill({ paymentType: 'D' })
  const reserve = { externalId: ofBill.billId, profileId, amount: 10_000 }
  await inTransaction((connection) => ledger.reserve(connection, workspace, reserve))
  expect(await freePoints(profileId)).toBe(0)
  expect((await send(profileId, { creditPoints: 100 })).refusal).toEqual({ reason: 'not-enough-points' })
  expect((await send(profileId, { bill: ofBill, creditPoints: 6000 })).refusal).toBeUndefined()
  expect(await freePoints(profileId)).toBe(40)
})

test('recommended are usable vouchers, and what is for sale as often as points, limit and stock allow (L110)', async () => {
  const profileId = await newProfile(450)
  const code = await voucher(profileId, 'half')
  const recommended = async (storeId: string) => {
    const found = await inTransaction((connection) =>
      recommendBenefits(connection, workspace, { profileId, storeId, billId: 'b', now: new Date() }),
    )
    return found.map(({ grant, reward, most }) => [grant?.code ?? reward?.code, most])
  }
  expect(await recommended('hq')).toEqual([
    [code, 1],
    ['GLOB-10', 2],
    ['RARE', 0],
  ])
  expect(await recommended('side')).toEqual([
    ['GLOB-10', 2],
    ['RARE', 0],
  ])
})

test('a voucher that is bought costs its points, and returns them when it is withdrawn (L86, L90)', async () => {
  const profileId = await newProfile(450)
  const buy = () =>
    booked((connection) => buyReward(connection, workspace, ledger, { rewardId: 'ten', profileId }))
  expect((await buy()).refusal).toBeUndefined()
  expect((await buy()).refusal).toBeUndefined()
  expect((await buy()).refusal).toBe('not-enough-points')
  expect(await freePoints(profileId)).toBe(50)
  expect(await vouchersOf(profileId)).toHaveLength(2)
})

test('the event tells of the purchase, once, by the customer it is of (L111)', async () => {
  const profileId = await newProfile()
  const ofBill = bill()
  await send(profileId, { bill: ofBill })
  await send(profileId, { bill: ofBill })
  const { rows } = await inTransaction((connection) =>
    connection.query('select name, source, data from events where workspace_id = $1 and profile_id = $2', [
      workspace.id,
      profileId,
    ]),
  )
  expect(rows).toEqual([
    {
      name: 'purchase',
      source: 'back end',
      data: { amount: 60, currency: 'EUR', bill_id: ofBill.billId, store_id: 'hq' },
    },
  ])
})
