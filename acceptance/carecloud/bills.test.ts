import { randomInt } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Fields } from '../client.ts'
import { calculate, type MathBenefit, type MathItem, money } from './bill-math.ts'
import { backEnd, dataOf, expectRefused, faultsOf, invalidParams, miles, operator } from './cc.ts'
import {
  atOnce,
  customerWith,
  freePoints,
  givePoints,
  newCustomer,
  newVoucher,
  provenBalance,
  setBalance,
  sum,
} from './loyalty.ts'
import { aCustomer } from './people.ts'
import {
  atTill,
  bill,
  cancelReply,
  closed,
  item,
  otherStore,
  purchaseOf,
  quote,
  quoteReply,
  recap,
  recommend,
  send,
  sendReply,
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

describe('bills', () => {
  it('L106: what is required, all at once', async () => {
    const till = await operator()
    const path = '/purchases/actions/send-purchase'
    expect(faultsOf(await till.post(path, {}))).toEqual(['store_id: required', 'bill: required'])
    expect(faultsOf(await till.post(path, { store_id: 'nowhere', bill: {} })).toSorted()).toEqual([
      'bill_id: required',
      'bill_items: required',
      'currency_id: required',
      'payment_time: required',
      'store_id: not_found',
      'total_price: required',
    ])
    const items = await sendReply(undefined, bill(5, { bill_items: [item(5), {}, { paid_amount: 1 }] }))
    expect(invalidParams(items).map(({ name, reason, index }) => `${index} ${name} ${reason}`)).toEqual([
      '1 bill_item_id required',
      '1 paid_amount required',
      '2 bill_item_id required',
    ])
  })

  it('L106: defaults of a bill and of its items', async () => {
    const till = await operator()
    const id = await newCustomer()
    const theBill = bill(12.34)
    const purchaseId = await send(id, theBill)
    const [only] = (await till.list(`/purchases/${purchaseId}/purchase-items`)).items
    expect(only).toMatchObject({ price: 12.34, amount: 1, purchase_item_type_id: null, vat_rate: null })
    expect(await till.read(`/purchases/${purchaseId}`)).toMatchObject({
      type_id: 'store_purchase',
      cashdesk_number: null,
      card_number: null,
    })
  })

  it('L106: customer_id wins over card_number; without both the purchase is nobody', async () => {
    const till = await operator()
    const [id, holder] = [await newCustomer(), await newCustomer()]
    const card_number = `9800${randomInt(1e8, 1e9)}`
    await till.create('/cards', { card: { card_type_id: 'plastic', card_number, customer_id: holder } })
    await send({ card_number }, bill(10))
    await send({ customer_id: id, card_number }, bill(20))
    const nobody = bill(40)
    await send(undefined, nobody)
    expect([await freePoints(id), await freePoints(holder)]).toEqual([20, 10])
    expect(await purchaseOf(nobody.bill_id)).toMatchObject({ customer_id: null, card_number: null })
    const byCard = (await till.list(`/customers/${holder}/purchases`)).items
    expect(byCard).toMatchObject([{ customer_id: holder, card_number }])
  })

  it('L108: a voucher of the customer, or the code of a reward for sale; nothing else', async () => {
    const id = await customerWith(500)
    const { code } = await newVoucher(id, 'five-off')
    const ask = async (codes: readonly string[]) => await quoteReply(id, bill(50), { benefit_codes: codes })
    expect(dataOf(await ask([code, 'FIVE-OFF']))).toMatchObject({
      vouchers: [
        { code, discount_value: 5 },
        { code: 'FIVE-OFF', discount_value: 5 },
      ],
    })
    // Rewards that are not for sale work only through vouchers.
    for (const notForSale of ['ten-percent', 'free-scoop', 'fifty-points', 'NO-SUCH']) {
      expectRefused(await ask([notForSale]), 'benefit_codes', 'not_found')
    }
  })

  it('L108: a reward that is bought in a bill is used in it', async () => {
    const till = await operator()
    const id = await customerWith(250)
    const purchaseId = await send(id, { ...bill(50), ...recap(0, ['FIVE-OFF', 'FIVE-OFF']) })
    const { items } = await till.list(`/purchases/${purchaseId}/vouchers`)
    expect(items.map(({ state, value }) => [state, value])).toEqual([
      [2, 5],
      [2, 5],
    ])
    expect(await freePoints(id)).toBe(250 - 200 + 40)
    expect(await summary(purchaseId)).toMatchObject({
      used_points: 0,
      used_points_total: 200,
      earned_points: 40,
    })
  })

  it('L109: accept-payment changes nothing, and may be repeated', async () => {
    const till = await operator()
    const id = await customerWith(300)
    const { id: voucherId, code } = await newVoucher(id, 'quarter-off')
    const theBill = bill(80)
    const more = { max_points: 10_000, benefit_codes: [code, 'FIVE-OFF'], payment_type: 'S' }
    const first = await quote(id, theBill, more)
    expect(await quote(id, theBill, more)).toEqual(first)
    // 260 points after the first voucher, 160 after the reward; 55 euro are left to pay, which are 1100 points.
    expect(first).toMatchObject({ credit_points: 160, price_of_credit_points: 8, total_credit_points: 47 })
    expect(await provenBalance(id)).toBe(260)
    expect((await till.read(`/vouchers/${voucherId}`)).state).toBe(1)
    expect(await purchaseOf(theBill.bill_id)).toBeUndefined()
  })

  it('L109: max_points is lowered to the whole points that what is left is worth', async () => {
    const id = await customerWith(300)
    expect(await quote(id, bill(1.04), { max_points: 300 })).toMatchObject({
      credit_points: 20,
      price_of_credit_points: 1,
      credit_points_of_this_transaction: 0,
    })
    expect(await quote(id, bill(1.04), { max_points: '7' })).toMatchObject({ credit_points: 7 })
    expect(await quote(id, bill(1.04))).toMatchObject({ credit_points: 0 })
  })

  it('L52, L109: the names of benefits are in the language of the till', async () => {
    const till = await operator()
    const id = await customerWith(300)
    const body = { ...atTill(id, bill(10)), benefit_codes: ['FIVE-OFF'] }
    const reply = await till.ask('POST', '/purchases/actions/accept-payment', {
      body,
      headers: { 'Accept-Language': 'cs' },
    })
    expect(dataOf(reply).vouchers).toMatchObject([{ name: 'Sleva 5 €' }])
  })
})

describe('recommended-best-rewards', () => {
  it('L110: vouchers that can be used in the store, then the rewards for sale there', async () => {
    const id = await customerWith(250)
    const usable = await newVoucher(id, 'quarter-off')
    const elsewhere = await newVoucher(id, 'brno-only')
    const over = await newVoucher(id, 'ten-percent')
    await (await operator()).put(`/vouchers/${over.id}`, {
      voucher: { valid_from: '2026-01-01', valid_to: '2026-01-31' },
    })
    const found = await recommend(id, bill(50))
    const most = Object.fromEntries(found.map(({ code, max_count }) => [code, max_count]))
    expect(found[0]).toEqual({
      code: usable.code,
      name: 'A quarter off',
      reward_priority: null,
      max_count: 1,
      description: '',
      reward_properties: { image: null, valid_time_from: expect.any(String), valid_time_to: null },
    })
    // 200 points are left.
    expect(most).toMatchObject({
      'FIVE-OFF': 2,
      'QUARTER-OFF': 5,
      'ONE-EACH': 1,
      'GLOB-10': 1,
      'BIG-OFF': 20,
    })
    for (const code of [elsewhere.code, over.code, 'BRNO-2', 'GONE', 'NOT-YET', 'ten-percent']) {
      expect(Object.keys(most)).not.toContain(code)
    }
    const inBrno = await recommend(id, bill(50), { store_id: otherStore })
    const codes = inBrno.map(({ code }) => code)
    expect(codes).toEqual(expect.arrayContaining([elsewhere.code, 'BRNO-2']))
    expect(codes).not.toContain('GLOB-10')
  })

  it('L110: type C leaves out what cannot be had, F and A list it with 0', async () => {
    const id = await customerWith(5)
    for (const reward_list_type of ['F', 'A']) {
      const found = await recommend(id, bill(50), { reward_list_type })
      expect(found).toContainEqual(expect.objectContaining({ code: 'FIVE-OFF', max_count: 0 }))
    }
    const can = await recommend(id, bill(50), { reward_list_type: 'C' })
    expect(can.length).toBeGreaterThan(0)
    expect(can.every(({ max_count }) => Number(max_count) > 0)).toBe(true)
    const till = await operator()
    const path = '/purchases/actions/recommended-best-rewards'
    const wrong = atTill(id, bill(5), { reward_list_type: 'X' })
    expectRefused(await till.post(path, wrong), 'reward_list_type', 'not_allowed_value')
    expectRefused(await till.post(path, atTill(id, bill(5))), 'reward_list_type', 'required')
    const alias = atTill(id, bill(5), { reward_list_type: 'F' })
    expect(dataOf(await till.post('/purchases/action/recommend-best-rewards', alias))).toEqual(
      dataOf(await till.post(path, alias)),
    )
  })

  it('L110: nothing for an anonymous bill', async () => {
    expect(await recommend(undefined, bill(50))).toEqual([])
  })

  it('L109, L110: what is recommended can be had as often as it says', async () => {
    const id = await customerWith(250)
    await givePoints(id, 0.5)
    const found = await recommend(id, bill(500), { reward_list_type: 'C' })
    const five = found.find(({ code }) => code === 'FIVE-OFF')
    const codes = Array.from({ length: Number(five?.max_count) }, () => 'FIVE-OFF')
    await quote(id, bill(500), { benefit_codes: codes })
    const oneMore = await quoteReply(id, bill(500), { benefit_codes: [...codes, 'FIVE-OFF'] })
    expectRefused(oneMore, 'benefit_codes', 'not_enough_points_for_voucher')
    await setBalance(id, 0)
    expect((await recommend(id, bill(500))).find(({ code }) => code === 'FIVE-OFF')?.max_count).toBe(0)
  })
})
