import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createLedgerFixture, type LedgerFixture } from './ledger.fixture.ts'

let points: LedgerFixture

beforeAll(async () => {
  points = await createLedgerFixture()
})
afterAll(() => points[Symbol.asyncDispose]())
beforeEach(() => points.resetClock())
/** Every balance, lot and debt follows from the entries (L121). */
afterEach(async () => expect(await points.faults()).toEqual([]))

test('a reversed payment returns to its lots with their old expiry, once (L113)', async () => {
  const profileId = await points.newProfile()
  await points.earn(profileId, 10)
  points.later(5)
  await points.earn(profileId, 10)
  const payment = await points.spend(profileId, 15)
  await points.reverse(payment)
  expect(await points.shown(profileId)).toEqual([
    ['purchase', 10, 10],
    ['purchase', 10, 10],
    ['payment', -15, 0],
    ['cancellation', 15, 0],
  ])
  await expect(points.reverse(payment)).rejects.toThrow('already-reversed')
  const addition = (await points.history(profileId))[3]?.number ?? ''
  await expect(points.reverse(addition)).rejects.toThrow('not-reversible')
  await expect(points.reverse('1')).rejects.toThrow('unknown-movement')
})

test('what returns to a lot that has expired meanwhile expires', async () => {
  const profileId = await points.newProfile()
  await points.earn(profileId, 10)
  const payment = await points.spend(profileId, 7)
  points.later(20)
  await points.reverse(payment)
  expect(await points.shown(profileId)).toEqual([
    ['purchase', 10, 0],
    ['payment', -7, 0],
    ['expiry', -3, 0],
    ['cancellation', 7, 0],
    ['expiry', -7, 0],
  ])
  expect(await points.free(profileId)).toBe(0)
})

test('cancelling takes back what was earned; what was spent of it is owed and settled first (L114)', async () => {
  const profileId = await points.newProfile()
  const purchase = await points.earn(profileId, 10)
  await points.spend(profileId, 6)
  await points.reverse(purchase)
  expect(await points.balance(profileId)).toBe(0)
  expect(await points.free(profileId)).toBe(0)
  await points.earn(profileId, 4)
  await points.earn(profileId, 5)
  expect(await points.shown(profileId)).toEqual([
    ['purchase', 10, 0],
    ['payment', -6, 0],
    ['cancellation', -4, 0],
    ['purchase', 4, 0],
    ['debt-settlement', -4, 0],
    ['purchase', 5, 3],
    ['debt-settlement', -2, 0],
  ])
})

test('cancelling leaves what there would be had the purchase never been: other lots stand in for what was spent', async () => {
  const profileId = await points.newProfile()
  const purchase = await points.earn(profileId, 10)
  await points.earn(profileId, 5)
  await points.spend(profileId, 12)
  await points.reverse(purchase)
  expect(await points.balance(profileId)).toBe(0)
  await points.earn(profileId, 8)
  expect(await points.balance(profileId)).toBe(1)
})

test('what expired of a cancelled purchase is neither taken again nor owed', async () => {
  const profileId = await points.newProfile()
  const purchase = await points.earn(profileId, 10)
  points.later(20)
  await points.earn(profileId, 5)
  await points.reverse(purchase)
  expect(await points.balance(profileId)).toBe(5)
})

test('a debt is settled by what returns, because it was owed for having been spent', async () => {
  const profileId = await points.newProfile()
  const purchase = await points.earn(profileId, 10)
  const payment = await points.spend(profileId, 10)
  await points.reverse(purchase)
  await points.reverse(payment)
  expect(await points.balance(profileId)).toBe(0)
  await points.earn(profileId, 2)
  expect(await points.balance(profileId)).toBe(2)
})
