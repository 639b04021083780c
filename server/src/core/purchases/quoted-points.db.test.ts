import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Workspace } from '../workspaces/workspace.ts'
import { createPurchaseBooker } from './purchase-booker.ts'
import { bill, createPurchasesFixture, type PurchasesFixture } from './purchases.fixture.ts'
import { quotePayment } from './quote-payment.ts'

let shop: PurchasesFixture

beforeAll(async () => {
  shop = await createPurchasesFixture()
})
afterAll(() => shop[Symbol.asyncDispose]())

/** What a bill is said to leave, and what it leaves, in whole points. */
async function saidAndDone(profileId: string, workspace: Workspace = shop.workspace) {
  const ofBill = bill({ amount: 100 })
  const { quote } = await shop.inTransaction((connection) =>
    quotePayment(connection, workspace, {
      bill: ofBill,
      storeId: 'hq',
      profileId,
      mostPoints: 100_000,
      codes: [],
      now: new Date(),
    }),
  )
  const creditPoints = quote?.creditPoints ?? 0
  const booker = createPurchaseBooker(shop.db.database, shop.ledger)
  const sent = await booker.book(workspace, shop.request(profileId, { bill: ofBill, creditPoints }))
  expect(sent.refusal).toBeUndefined()
  return [(quote?.freeAfterwards ?? 0) / 100, await shop.freePoints(profileId)]
}

test('free points after a bill are told less what it settles of a debt (L109, L114)', async () => {
  const profileId = await shop.newProfile()
  const first = bill({ amount: 130 })
  await shop.send(profileId, { bill: first })
  await shop.send(profileId, { bill: bill({ amount: 5, paymentType: 'D' }), creditPoints: 13_000 })
  await shop.cancel(first.billId)
  expect(await saidAndDone(profileId)).toEqual([0, 0])
  expect(await saidAndDone(profileId)).toEqual([70, 70])
})

test('free points after a bill are told without points of another type that it earns (L109)', async () => {
  const profileId = await shop.newProfile(40)
  const { loyalty } = shop.workspace.settings
  const [base] = loyalty.pointTypes
  if (!base || !loyalty.earning) throw new Error('the shop earns nothing')
  const earning = { ...loyalty.earning, pointType: 'bonus' }
  const pointTypes = [base, { ...base, id: 'bonus', default: false }]
  const settings = { ...shop.workspace.settings, loyalty: { ...loyalty, earning, pointTypes } }
  expect(await saidAndDone(profileId, { ...shop.workspace, settings })).toEqual([0, 0])
})

test('free points after a bill are told less what is reserved beyond the balance (L97, L109)', async () => {
  const profileId = await shop.newProfile(50)
  const purchase = bill({ amount: 50 })
  await shop.send(profileId, { bill: purchase })
  await shop.inTransaction((connection) =>
    shop.ledger.reserve(connection, shop.workspace, { externalId: randomUUID(), profileId, amount: 10_000 }),
  )
  await shop.cancel(purchase.billId)
  expect(await saidAndDone(profileId)).toEqual([50, 50])
})
