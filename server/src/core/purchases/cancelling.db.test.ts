import { afterAll, beforeAll, expect, test } from 'vitest'
import { untilSomebodyWaits } from '../../testing/until-somebody-waits.ts'
import { assignPurchase } from './assign-purchase.ts'
import { bill, createPurchasesFixture, type PurchasesFixture } from './purchases.fixture.ts'
import { listPurchases } from './read-purchases.ts'
import { readTurnover } from './read-turnover.ts'

let shop: PurchasesFixture

beforeAll(async () => {
  shop = await createPurchasesFixture()
})
afterAll(() => shop[Symbol.asyncDispose]())

test('cancelling reverses exactly: earned points, paid points, vouchers, bought rewards, turnover, status (L113)', async () => {
  const profileId = await shop.newProfile(1000)
  const code = await shop.voucher(profileId, 'gift')
  const ofBill = bill({ amount: 1000 })
  const sent = await shop.send(profileId, {
    bill: ofBill,
    creditPoints: 10_000,
    benefits: [{ code }, { code: 'GLOB-10' }],
  })
  expect(sent.refusal).toBeUndefined()
  expect(await shop.statusOf(profileId)).toBe('silver')
  expect(await shop.freePoints(profileId)).toBe(1000 - 200 - 100 + 980)
  const cancelled = await shop.cancel(ofBill.billId)
  expect(cancelled.refusal).toBeUndefined()
  expect(await shop.freePoints(profileId)).toBe(1000)
  expect(await shop.statusOf(profileId)).toBe('bronze')
  expect(await shop.vouchersOf(profileId)).toMatchObject([{ code, state: 'issued', discount: null }])
  const turnover = await shop.inTransaction((connection) =>
    readTurnover(connection, shop.workspace.id, profileId, {}),
  )
  expect(turnover).toEqual([])
  expect(await shop.cancel(ofBill.billId, bill())).toEqual({ refusal: 'already-cancelled' })
  expect(await shop.cancel('unheard of')).toEqual({ refusal: 'unknown-original' })
  expect(await shop.cancel(`C${ofBill.billId}`)).toEqual({ refusal: 'unknown-original' })
  const all = { sort: undefined, count: 100, offset: 0 }
  const listed = await shop.inTransaction((connection) =>
    listPurchases(connection, shop.workspace.id, { profileIds: [profileId] }, all),
  )
  expect(listed.total).toBe(2)
})

test('twenty cancellations of one purchase at once reverse it once (L113, L123)', async () => {
  const profileId = await shop.newProfile()
  const ofBill = bill()
  await shop.send(profileId, { bill: ofBill })
  const results = await Promise.all(Array.from({ length: 20 }, () => shop.cancel(ofBill.billId, bill())))
  expect(results.filter(({ purchase }) => purchase)).toHaveLength(1)
  expect(await shop.freePoints(profileId)).toBe(0)
})

test('points that were earned and spent before the cancellation are owed, and settled first (L114)', async () => {
  const profileId = await shop.newProfile()
  const ofBill = bill({ amount: 100 })
  await shop.send(profileId, { bill: ofBill })
  await shop.send(profileId, { bill: bill({ amount: 4, paymentType: 'D' }), creditPoints: 8000 })
  expect(await shop.freePoints(profileId)).toBe(20)
  await shop.cancel(ofBill.billId)
  expect(await shop.freePoints(profileId)).toBe(0)
  await shop.send(profileId, { bill: bill({ amount: 100 }) })
  expect(await shop.freePoints(profileId)).toBe(20)
})

test('a purchase that gets its customer while it is cancelled gives nobody points (L113, L116)', async () => {
  const profileId = await shop.newProfile()
  const ofBill = bill()
  await shop.send(undefined, { bill: ofBill })
  const till = { eventName: 'purchase', source: 'back end', now: new Date() } as const
  let cancelling: ReturnType<typeof shop.cancel> | undefined
  await shop.db.database.transaction(shop.workspace.id, async (connection) => {
    const request = { ...till, billId: ofBill.billId, profileId, cardNumber: null }
    expect(await assignPurchase(connection, shop.workspace, shop.ledger, request)).toBeUndefined()
    cancelling = shop.cancel(ofBill.billId)
    await untilSomebodyWaits(shop.db.database)
  })
  expect((await cancelling)?.refusal).toBeUndefined()
  expect(await shop.freePoints(profileId)).toBe(0)
})
