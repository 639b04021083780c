import { randomInt } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Fields } from '../client.ts'
import { calculate, type MathBenefit, type MathItem, money } from './bill-math.ts'
import { backEnd, faultsOf, miles } from './cc.ts'
import { atOnce, customerWith, freePoints, newCustomer, newVoucher, provenBalance, sum } from './loyalty.ts'
import { aCustomer } from './people.ts'
import {
  atTill,
  bill,
  cancelReply,
  closed,
  item,
  purchaseOf,
  quote,
  quoteReply,
  send,
  summary,
} from './till.ts'

const one = { over: 1n, under: 1n }

/** Rewards for sale, by code: what they cost in points and take off. */
const forSale: Readonly<Record<string, { readonly cost: number; readonly worth: MathBenefit }>> = {
  'FIVE-OFF': { cost: 100, worth: { cents: 500n } },
  'QUARTER-OFF': { cost: 40, worth: { percent: { over: 25n, under: 1n } } },
  'BIG-OFF': { cost: 10, worth: { cents: 100_000n } },
}
const oddPercent: MathBenefit = { percent: { over: 75n, under: 10n } }

function randomItems(): readonly MathItem[] {
  const items = Array.from({ length: randomInt(1, 6) }, () => ({
    cents: BigInt(randomInt(0, 9000)),
    loyaltyOff: randomInt(5) === 0,
  }))
  // Now and then goods that are brought back.
  return randomInt(4) === 0 ? [...items, { cents: -BigInt(randomInt(1, 3000)), loyaltyOff: false }] : items
}

function sentItems(items: readonly MathItem[]): Fields {
  const total = items.reduce((all, { cents }) => all + cents, 0n)
  return {
    total_price: money(total),
    bill_items: items.map(({ cents, loyaltyOff }) => item(money(cents), { loyalty_off: loyaltyOff })),
  }
}

const cheaper = (a: bigint, b: bigint): bigint => (a < b ? a : b)

/** One bill, from the question to its cancellation, beside the calculation of our own. */
async function randomBill(): Promise<void> {
  const points = randomInt(0, 900)
  const id = await customerWith(points)
  const items = randomItems()
  const bought = Object.keys(forSale).filter(() => randomInt(3) === 0)
  const cost = sum(bought.map((code) => forSale[code]?.cost))
  const issued = randomInt(2) === 0 ? [(await newVoucher(id, 'odd-percent')).code] : []
  const codes = [...issued, ...bought].toSorted(() => randomInt(3) - 1)
  const benefits = codes.map((code) => forSale[code]?.worth ?? oddPercent)
  const theBill = bill(0, sentItems(items))
  const most = randomInt(0, 1000)
  const asked = { max_points: most, benefit_codes: codes }
  if (cost > points) {
    const refused = await quoteReply(id, theBill, asked)
    expect(faultsOf(refused)).toContain('benefit_codes: not_enough_points_for_voucher')
    return
  }
  const terms = { items, benefits, pointCents: 5n, pointsPerUnit: one, multiplier: one }
  const worthLeft = calculate({ ...terms, creditPoints: 0n }).left / 5n
  const creditPoints = cheaper(cheaper(BigInt(most), BigInt(points - cost)), worthLeft)
  const result = calculate({ ...terms, creditPoints })
  const quoted = await quote(id, theBill, asked)
  expect(quoted).toEqual({
    recommended_discounts: [],
    credit_points: Number(creditPoints),
    price_of_credit_points: money(result.paidByPoints),
    credit: 0,
    vouchers: codes.map((code, index) => ({
      code,
      name: expect.any(String),
      discount_value: money(result.discounts[index] ?? 0n),
      discount_percent: expect.toBeOneOf([null, 25, 7.5]),
      bill_item_id: null,
    })),
    credit_points_of_this_transaction: Number(result.earned),
    total_credit_points: points - cost - Number(creditPoints) + Number(result.earned),
    total_credit: 0,
    messages: [],
  })
  const purchaseId = await send(id, closed(theBill, quoted))
  expect(await freePoints(id)).toBe(quoted.total_credit_points)
  expect(await summary(purchaseId)).toMatchObject({
    earned_points: Number(result.earned),
    used_points: Number(creditPoints),
    used_points_total: Number(creditPoints) + cost,
  })
  expect((await cancelReply(id, theBill)).status).toBe(201)
  expect(await provenBalance(id)).toBe(points)
}

describe('the calculation', () => {
  it('L107, L109, L113: random bills come to what is calculated apart, to the cent and the point', async () => {
    await atOnce(24, randomBill)
  })

  it('L51, L107: points are rounded down once, after rates with fractions', async () => {
    const api = backEnd(miles)
    const { id } = await aCustomer({}, {}, miles)
    const expected = (cents: bigint, multiplier: bigint): number =>
      Number(
        calculate({
          items: [{ cents, loyaltyOff: false }],
          benefits: [],
          creditPoints: 0n,
          pointCents: 0n,
          pointsPerUnit: { over: 3n, under: 10n },
          multiplier: { over: multiplier, under: 100n },
        }).earned,
      )
    let all = 0
    for (const cents of [1n, 303n, 304n, 2999n, 30_304n, 66_667n, 3n]) {
      const theBill = { ...bill(money(cents)), bill_items: [item(money(cents))] }
      const body = { ...atTill(id, theBill), store_id: 'shop' }
      const purchaseId = await api.create('/purchases/actions/send-purchase', body)
      const { earned_points } = await api.read(`/purchases/${purchaseId}/actions/payment-summary`)
      expect(earned_points).toBe(expected(cents, all >= 100 ? 135n : 110n))
      all += Number(earned_points)
    }
    expect(all).toBeGreaterThan(100)
  })

  it('L51: binary fractions of a client are rounded half up on arrival', async () => {
    const id = await newCustomer()
    const items = [item(21.499999999999996), item('0.505', { price: '0.505' }), item(9.999)]
    const theBill = bill(32.01, { bill_items: items })
    await send(id, theBill)
    expect(await purchaseOf(theBill.bill_id)).toMatchObject({ total_price: 32.01, items_count: 3 })
    expect(await freePoints(id)).toBe(32)
  })

  it('L107: items without loyalty neither pay for benefits nor earn', async () => {
    const id = await customerWith(1000)
    const theBill = bill(50, { bill_items: [item(30, { loyalty_off: 'true' }), item(20)] })
    const quoted = await quote(id, theBill, { max_points: 1000, benefit_codes: ['QUARTER-OFF'] })
    expect(quoted).toMatchObject({
      credit_points: 300,
      price_of_credit_points: 15,
      vouchers: [{ discount_value: 5, discount_percent: 25 }],
      credit_points_of_this_transaction: 0,
    })
  })

  it('L107: returned goods bring the base down, never below 0', async () => {
    const id = await newCustomer()
    await send(id, bill(-15, { bill_items: [item(10), item(-25)] }))
    expect(await freePoints(id)).toBe(0)
    await send(id, bill(15, { bill_items: [item(25), item(-10)] }))
    expect(await freePoints(id)).toBe(15)
  })

  it('L107: nothing is earned by payment_type D, by nobody, and in another currency', async () => {
    const id = await newCustomer()
    await send(id, bill(20, { payment_type: 'D' }))
    await send(id, bill(20, { currency_id: 'CZK' }))
    expect(await freePoints(id)).toBe(0)
    expect(await quote(undefined, bill(20))).toMatchObject({
      credit_points_of_this_transaction: 0,
      total_credit_points: 0,
    })
    await send(id, bill(20, { payment_type: 'A' }))
    expect(await freePoints(id)).toBe(20)
  })

  it('L107: benefits count in the order given, each from what is left', async () => {
    const id = await customerWith(1000)
    const discounts = async (benefit_codes: readonly string[]): Promise<unknown> =>
      ((await quote(id, bill(20), { benefit_codes })).vouchers as Fields[]).map(
        ({ discount_value }) => discount_value,
      )
    expect(await discounts(['FIVE-OFF', 'QUARTER-OFF'])).toEqual([5, 3.75])
    expect(await discounts(['QUARTER-OFF', 'FIVE-OFF'])).toEqual([5, 5])
    expect(await discounts(['BIG-OFF', 'FIVE-OFF', 'NICE-BAG'])).toEqual([20, 0, 0])
  })
})
