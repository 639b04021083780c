import { randomInt } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { dataOf, expectRefused, faultsOf, invalidParams, operator } from './cc.ts'
import {
  customerWith,
  freePoints,
  givePoints,
  newCustomer,
  newVoucher,
  provenBalance,
  setBalance,
} from './loyalty.ts'
import {
  atTill,
  bill,
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
