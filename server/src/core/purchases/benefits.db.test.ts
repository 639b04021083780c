import { afterAll, beforeAll, expect, test } from 'vitest'
import { buyReward } from '../rewards/buy-reward.ts'
import { bill, createPurchasesFixture, type PurchasesFixture } from './purchases.fixture.ts'
import { quotePayment } from './quote-payment.ts'
import { recommendBenefits } from './recommend-benefits.ts'

let shop: PurchasesFixture

beforeAll(async () => {
  shop = await createPurchasesFixture()
})
afterAll(() => shop[Symbol.asyncDispose]())

test('the points asked for are lowered to what is free and to what is left to pay (L109)', async () => {
  const profileId = await shop.newProfile(5000)
  const quote = (mostPoints: number, amount: number) =>
    shop.inTransaction((connection) =>
      quotePayment(connection, shop.workspace, {
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
  expect(await shop.freePoints(profileId)).toBe(5000)
})

test('two tills that serve one customer never spend the same points or voucher twice (L111, L123)', async () => {
  const profileId = await shop.newProfile(1000)
  const code = await shop.voucher(profileId, 'gift')
  const results = await Promise.all(
    Array.from({ length: 8 }, (_, till) =>
      shop.send(profileId, {
        bill: bill({ paymentType: 'D' }),
        creditPoints: 40_000,
        benefits: till % 2 === 0 ? [{ code }] : [],
      }),
    ),
  )
  const done = results.filter(({ purchase }) => purchase)
  expect(done).toHaveLength(2)
  expect(await shop.freePoints(profileId)).toBe(200)
  const used = (await shop.vouchersOf(profileId)).filter(({ state }) => state === 'redeemed')
  expect(used.length).toBeLessThanOrEqual(1)
})

test('200 who buy the last 10 of a reward in their purchases at once get 10, and nobody else pays (L123)', async () => {
  const profiles = await Promise.all(Array.from({ length: 25 }, () => shop.newProfile(1000)))
  const results = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      shop.send(profiles[index % 25], { bill: bill({ paymentType: 'D' }), benefits: [{ code: 'RARE' }] }),
    ),
  )
  expect(results.filter(({ purchase }) => purchase)).toHaveLength(10)
  for (const { refusal } of results) {
    if (refusal)
      expect(refusal).toMatchObject({ reason: 'benefits', refusals: [{ code: 'RARE', reason: 'limit' }] })
  }
  const left = await Promise.all(profiles.map(shop.freePoints))
  expect(left.reduce((sum, points) => sum + points, 0)).toBe(25 * 1000 - 10 * 10)
})

test('codes: what is nobody’s, used, for another store, over the limit or too dear is refused, all at once, and nothing is booked (L108, L117)', async () => {
  const profileId = await shop.newProfile(100)
  const foreign = await shop.voucher(await shop.newProfile(), 'gift')
  const own = await shop.voucher(profileId, 'gift')
  const half = await shop.voucher(profileId, 'half')
  const benefits = ['nothing', foreign, own, own, half, 'GLOB-10'].map((code) => ({ code }))
  const refused = await shop.send(profileId, { storeId: 'side', benefits })
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
  expect(await shop.freePoints(profileId)).toBe(100)
  expect((await shop.vouchersOf(profileId)).every(({ state }) => state === 'issued')).toBe(true)
  expect((await shop.send(profileId, { creditPoints: 10_100 })).refusal).toEqual({
    reason: 'not-enough-points',
  })
})

test('a reservation under the id of the bill is free for it, and is used up (L115)', async () => {
  const profileId = await shop.newProfile(100)
  const ofBill = bill({ paymentType: 'D' })
  const reserve = { externalId: ofBill.billId, profileId, amount: 10_000 }
  await shop.inTransaction((connection) => shop.ledger.reserve(connection, shop.workspace, reserve))
  expect(await shop.freePoints(profileId)).toBe(0)
  expect((await shop.send(profileId, { creditPoints: 100 })).refusal).toEqual({ reason: 'not-enough-points' })
  expect((await shop.send(profileId, { bill: ofBill, creditPoints: 6000 })).refusal).toBeUndefined()
  expect(await shop.freePoints(profileId)).toBe(40)
})

test('recommended are usable vouchers, and what is for sale as often as points, limit and stock allow (L110)', async () => {
  await shop.send(await shop.newProfile(10), { benefits: [{ code: 'SOLD' }] })
  const profileId = await shop.newProfile(450)
  const code = await shop.voucher(profileId, 'half')
  const recommended = async (storeId: string) => {
    const found = await shop.inTransaction((connection) =>
      recommendBenefits(connection, shop.workspace, { profileId, storeId, billId: 'b', now: new Date() }),
    )
    const shown = found.map(({ grant, reward, most }) => [grant?.code ?? reward?.code, most])
    // How many of it are left is for the test that sells them to say.
    return shown.filter(([of]) => of !== 'RARE')
  }
  expect(await recommended('hq')).toEqual([
    [code, 1],
    ['GLOB-10', 2],
    ['SOLD', 0],
  ])
  expect(await recommended('side')).toEqual([
    ['GLOB-10', 2],
    ['SOLD', 0],
  ])
})

test('a voucher that is bought costs its points, and returns them when it is withdrawn (L86, L90)', async () => {
  const profileId = await shop.newProfile(450)
  const buy = () =>
    shop.booked((connection) =>
      buyReward(connection, shop.workspace, shop.ledger, { rewardId: 'ten', profileId }),
    )
  expect((await buy()).refusal).toBeUndefined()
  expect((await buy()).refusal).toBeUndefined()
  expect((await buy()).refusal).toBe('not-enough-points')
  expect(await shop.freePoints(profileId)).toBe(50)
  expect(await shop.vouchersOf(profileId)).toHaveLength(2)
})

test('a voucher is used on the day on which it was granted, by whichever clock, and not before an operator’s word (L88, L117)', async () => {
  const profileId = await shop.newProfile()
  const code = await shop.voucher(profileId, 'gift')
  const [grantedAt, now] = [new Date('2026-03-10T12:00:02Z'), new Date('2026-03-10T12:00:00Z')]
  const setDates = (validFrom: Date | null) =>
    shop.inTransaction((connection) =>
      connection.query('update grants set granted_at = $2, valid_from = $3 where profile_id = $1', [
        profileId,
        grantedAt,
        validFrom,
      ]),
    )
  const use = () => shop.send(profileId, { now, benefits: [{ code }], eventName: 'untold' })
  await setDates(new Date('2026-03-10T12:00:01Z'))
  expect(await use()).toEqual({
    refusal: { reason: 'benefits', refusals: [{ code, reason: 'not-valid-now' }] },
  })
  await setDates(null)
  expect((await use()).refusal).toBeUndefined()
})
