import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runs } from '../../testing/soak.ts'
import { verifyLedger } from '../points/verify-ledger.ts'
import { assignPurchase } from './assign-purchase.ts'
import type { PaymentType } from './bill.ts'
import { bill, createPurchasesFixture, type PurchasesFixture } from './purchases.fixture.ts'
import { quotePayment } from './quote-payment.ts'

let shop: PurchasesFixture
beforeAll(async () => {
  shop = await createPurchasesFixture()
})
afterAll(() => shop[Symbol.asyncDispose]())

const nth = fc.nat({ max: 3 })
const codes = fc.subarray(['GLOB-10', 'GLOB-10', 'RARE', 'voucher'])
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('buy' as const),
      cents: fc.integer({ min: 1, max: 70_000 }),
      mostPoints: fc.integer({ min: 0, max: 150_000 }),
      paymentType: fc.constantFrom<PaymentType>('S', 'S', 'D'),
      codes,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant('name' as const), cents: fc.integer({ min: 1, max: 70_000 }) }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('cancel' as const), nth }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

interface Visit {
  readonly profileId: string
  readonly voucher: string
  /** Bills that are not cancelled. */
  readonly open: string[]
}

function billOf(cents: number, paymentType: PaymentType = 'S') {
  const made = bill({ paymentType })
  const items = made.items.map((item) => ({ ...item, paidAmount: cents, price: cents }))
  return { ...made, totalPrice: cents, items }
}

async function take(visit: Visit, taken: Step): Promise<void> {
  if (taken.does === 'cancel') return await cancel(visit, taken.nth)
  const { profileId, open } = visit
  if (taken.does === 'name') {
    const anonymous = billOf(taken.cents)
    await shop.send(undefined, { bill: anonymous })
    const named = {
      billId: anonymous.billId,
      profileId,
      cardNumber: null,
      eventName: 'purchase',
      now: new Date(),
    }
    await shop.inTransaction((connection) =>
      assignPurchase(connection, shop.workspace, shop.ledger, { ...named, source: 'back end' }),
    )
    open.push(anonymous.billId)
    return
  }
  const ofBill = billOf(taken.cents, taken.paymentType)
  const wanted = taken.codes.map((code) => (code === 'voucher' ? visit.voucher : code))
  const { quote } = await shop.inTransaction((connection) =>
    quotePayment(connection, shop.workspace, {
      bill: ofBill,
      storeId: 'hq',
      profileId,
      mostPoints: taken.mostPoints,
      codes: wanted,
      now: new Date(),
    }),
  )
  const sent = await shop.send(profileId, {
    bill: ofBill,
    creditPoints: quote?.creditPoints ?? 0,
    benefits: wanted.map((code, index) => ({ code, charged: quote?.discounts[index] })),
  })
  expect(sent.purchase !== undefined).toBe(quote !== undefined)
  if (!quote) return
  open.push(ofBill.billId)
  expect(await shop.freePoints(profileId)).toBe(quote.freeAfterwards / 100)
}

async function cancel({ open }: Visit, nth: number): Promise<void> {
  const [billId] = open.splice(nth % Math.max(1, open.length), 1)
  if (billId !== undefined) expect((await shop.cancel(billId)).refusal).toBeUndefined()
}

test('a bill leaves what its quote says, and once all are cancelled, in whatever order, all is as it was (L109, L113, L114)', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 1000 }),
      fc.array(step, { minLength: 4, maxLength: 12 }),
      fc.array(nth, { minLength: 12, maxLength: 12 }),
      async (start, steps, order) => {
        const profileId = await shop.newProfile(start)
        const visit: Visit = { profileId, voucher: await shop.voucher(profileId, 'half'), open: [] }
        for (const taken of steps) await take(visit, taken)
        for (const nth of order) await cancel(visit, nth)
        expect(await shop.freePoints(profileId)).toBe(start)
        expect(await shop.statusOf(profileId)).toBe('bronze')
        expect(await shop.vouchersOf(profileId)).toMatchObject([{ code: visit.voucher, state: 'issued' }])
        const { accounts, faults } = await verifyLedger(shop.db.database, shop.workspace.id)
        expect(accounts.filter(({ account, balance }) => account === 'owed' && balance !== 0)).toEqual([])
        expect(faults).toEqual([])
      },
    ),
    runs(10),
  )
})
