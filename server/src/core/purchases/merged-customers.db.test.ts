import { afterAll, beforeAll, expect, test } from 'vitest'
import { untilSomebodyWaits } from '../../testing/until-somebody-waits.ts'
import { mergeProfiles } from '../identity/merge-profiles.ts'
import { unmergeProfiles } from '../identity/unmerge-profiles.ts'
import { pointParts } from '../points/profile-parts.ts'
import { verifyLedger } from '../points/verify-ledger.ts'
import { deleteProfiles } from '../profiles/delete-profiles.ts'
import { rewardParts } from '../rewards/profile-parts.ts'
import { assignPurchase } from './assign-purchase.ts'
import { purchaseParts } from './profile-parts.ts'
import { bill, createPurchasesFixture, type PurchasesFixture } from './purchases.fixture.ts'
import { listPurchases } from './read-purchases.ts'

const parts = [...rewardParts, ...pointParts, ...purchaseParts]
let shop: PurchasesFixture

beforeAll(async () => {
  shop = await createPurchasesFixture()
})
afterAll(() => shop[Symbol.asyncDispose]())

/** Merges as an operator does, and gives the merge's id. */
async function merge(from: string, into: string): Promise<string> {
  const request = { from, into, cause: 'operator', keepsData: true } as const
  const id = await shop.inTransaction((connection) =>
    mergeProfiles(connection, shop.workspace, request, parts),
  )
  return id ?? ''
}

async function undo(mergeId: string): Promise<void> {
  await shop.inTransaction((connection) => unmergeProfiles(connection, shop.workspace, mergeId, parts))
}

async function erase(profileId: string): Promise<void> {
  await shop.inTransaction((connection) =>
    deleteProfiles(connection, shop.workspace.id, [{ profile: profileId }], parts),
  )
}

async function ownersOf(...billIds: readonly string[]) {
  const all = { sort: undefined, count: 100, offset: 0 }
  const owners = billIds.map(async (billId) => {
    const page = await shop.inTransaction((connection) =>
      listPurchases(connection, shop.workspace.id, { billId }, all),
    )
    return page.items[0]?.profileId
  })
  return await Promise.all(owners)
}

test('a purchase that was paid by points of somebody who was parted and erased since is cancelled (L113, S20)', async () => {
  const [from, into] = [await shop.newProfile(500), await shop.newProfile()]
  const merged = await merge(from, into)
  const ofBill = bill({ amount: 100 })
  const sent = await shop.send(into, {
    bill: ofBill,
    creditPoints: 20_000,
    benefits: [{ code: 'GLOB-10' }],
  })
  expect(sent.refusal).toBeUndefined()
  await undo(merged)
  await erase(from)
  expect((await shop.cancel(ofBill.billId)).refusal).toBeUndefined()
  expect(await shop.freePoints(into)).toBe(0)
  expect(await shop.vouchersOf(into)).toEqual([])
  expect((await verifyLedger(shop.db.database, shop.workspace.id)).faults).toEqual([])
})

test('a purchase that goes back to its customer while it is cancelled is cancelled as that customer’s (L113, S19)', async () => {
  const [from, into] = [await shop.newProfile(), await shop.newProfile()]
  const ofBill = bill()
  await shop.send(from, { bill: ofBill })
  const merged = await merge(from, into)
  let cancelling: ReturnType<typeof shop.cancel> | undefined
  await shop.db.database.transaction(shop.workspace.id, async (connection) => {
    await unmergeProfiles(connection, shop.workspace, merged, parts)
    cancelling = shop.cancel(ofBill.billId)
    await untilSomebodyWaits(shop.db.database)
  })
  expect((await cancelling)?.refusal).toBeUndefined()
  expect(await ownersOf(ofBill.billId, `C${ofBill.billId}`)).toEqual([from, from])
  expect(await shop.freePoints(from)).toBe(0)
})

test('what cancelled a purchase while its customer was merged goes back with it (L113, S19)', async () => {
  const [from, into] = [await shop.newProfile(), await shop.newProfile()]
  const [ofFrom, ofInto] = [bill(), bill()]
  await shop.send(from, { bill: ofFrom })
  await shop.send(into, { bill: ofInto })
  const merged = await merge(from, into)
  await shop.cancel(ofFrom.billId)
  await shop.cancel(ofInto.billId)
  await undo(merged)
  const billIds = [ofFrom, ofInto].flatMap(({ billId }) => [billId, `C${billId}`])
  expect(await ownersOf(...billIds)).toEqual([from, from, into, into])
})

test('a cancelled purchase that gets its customer brings what cancelled it along (L113, L116)', async () => {
  const profileId = await shop.newProfile()
  const ofBill = bill()
  await shop.send(undefined, { bill: ofBill })
  await shop.cancel(ofBill.billId)
  const request = {
    billId: ofBill.billId,
    profileId,
    cardNumber: null,
    eventName: 'purchase',
    now: new Date(),
  }
  await shop.inTransaction((connection) =>
    assignPurchase(connection, shop.workspace, shop.ledger, { ...request, source: 'back end' }),
  )
  expect(await ownersOf(ofBill.billId, `C${ofBill.billId}`)).toEqual([profileId, profileId])
  expect(await shop.freePoints(profileId)).toBe(0)
})
