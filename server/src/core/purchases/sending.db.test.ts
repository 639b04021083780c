import { afterAll, beforeAll, expect, test } from 'vitest'
import { assignPurchase } from './assign-purchase.ts'
import { createPurchaseBooker } from './purchase-booker.ts'
import { bill, createPurchasesFixture, type PurchasesFixture } from './purchases.fixture.ts'
import { quotePayment } from './quote-payment.ts'

let shop: PurchasesFixture

beforeAll(async () => {
  shop = await createPurchasesFixture()
})
afterAll(() => shop[Symbol.asyncDispose]())

test('a purchase earns whole points, is paid with points and vouchers, and what was quoted is what it earns (L107, L109, L111)', async () => {
  const profileId = await shop.newProfile(600)
  const code = await shop.voucher(profileId, 'gift')
  const ofBill = bill()
  const { quote } = await shop.inTransaction((connection) =>
    quotePayment(connection, shop.workspace, {
      bill: ofBill,
      storeId: 'hq',
      profileId,
      mostPoints: 50_000,
      codes: [code],
      now: new Date(),
    }),
  )
  expect(quote).toMatchObject({ discounts: [500], creditPoints: 50_000, paidByPoints: 2500, earned: 3000 })
  const sent = await shop.send(profileId, { bill: ofBill, creditPoints: 50_000, benefits: [{ code }] })
  expect(sent.refusal).toBeUndefined()
  expect(await shop.freePoints(profileId)).toBe(130)
  expect(quote?.freeAfterwards).toBe(13_000)
  expect(await shop.vouchersOf(profileId)).toMatchObject([
    { state: 'redeemed', discount: 500, storeId: 'hq' },
  ])
})

test('the same bill twenty times at once is booked once (L112)', async () => {
  const profileId = await shop.newProfile()
  const ofBill = bill()
  const results = await Promise.all(Array.from({ length: 20 }, () => shop.send(profileId, { bill: ofBill })))
  expect(results.filter(({ purchase }) => purchase)).toHaveLength(1)
  expect(results.filter(({ refusal }) => refusal?.reason === 'bill-exists')).toHaveLength(19)
  expect(await shop.freePoints(profileId)).toBe(60)
})

test('a status reached by a purchase counts for the next one, not for itself (L103)', async () => {
  const profileId = await shop.newProfile()
  await shop.send(profileId, { bill: bill({ amount: 600 }) })
  expect(await shop.freePoints(profileId)).toBe(600)
  await shop.send(profileId, { bill: bill({ amount: 100 }) })
  expect(await shop.freePoints(profileId)).toBe(750)
})

function assign(billId: string, profileId: string) {
  const request = { billId, profileId, cardNumber: null, eventName: 'purchase', now: new Date() }
  return shop.inTransaction((connection) =>
    assignPurchase(connection, shop.workspace, shop.ledger, { ...request, source: 'back end' }),
  )
}

test('an anonymous purchase earns nothing until somebody is named, then as if sent with them, once (L106, L116)', async () => {
  const profileId = await shop.newProfile()
  const { billId, ...others } = bill()
  expect((await shop.send(undefined, { bill: { billId, ...others } })).refusal).toBeUndefined()
  expect(await assign(billId, profileId)).toBeUndefined()
  expect(await shop.freePoints(profileId)).toBe(60)
  expect(await assign(billId, profileId)).toBe('has-profile')
  expect(await shop.freePoints(profileId)).toBe(60)
})

test('what was reserved for a purchase is used up when it gets its customer (L115, L116)', async () => {
  const profileId = await shop.newProfile(40)
  const ofBill = bill()
  const reservation = { externalId: ofBill.billId, profileId, amount: 4000 }
  await shop.inTransaction((connection) => shop.ledger.reserve(connection, shop.workspace, reservation))
  await shop.send(undefined, { bill: ofBill })
  await assign(ofBill.billId, profileId)
  expect(await shop.freePoints(profileId)).toBe(100)
})

test('where a point is worth something and there are none of any type, nobody has enough (L117)', async () => {
  const { pointTypes: _none, earning: _rate, ...loyalty } = shop.workspace.settings.loyalty
  const settings = { ...shop.workspace.settings, loyalty: { ...loyalty, pointTypes: [] } }
  const booker = createPurchaseBooker(shop.db.database, shop.ledger)
  const request = shop.request(await shop.newProfile(10), { creditPoints: 100 })
  const result = await booker.book({ ...shop.workspace, settings }, request)
  expect(result).toEqual({ refusal: { reason: 'not-enough-points' } })
})

test('the event tells of the purchase, once, by the customer it is of (L111)', async () => {
  const profileId = await shop.newProfile()
  const ofBill = bill()
  await shop.send(profileId, { bill: ofBill })
  await shop.send(profileId, { bill: ofBill })
  const { rows } = await shop.inTransaction((connection) =>
    connection.query('select name, source, data from events where workspace_id = $1 and profile_id = $2', [
      shop.workspace.id,
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
