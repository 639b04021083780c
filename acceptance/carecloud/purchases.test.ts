import { describe, expect, it } from 'vitest'
import type { Fields } from '../client.ts'
import { until } from '../until.ts'
import {
  dataOf,
  expectNotAllowed,
  expectNotFound,
  expectNothing,
  expectRefused,
  faultsOf,
  miles,
  operator,
} from './cc.ts'
import { anId, aTime } from './conventions.ts'
import { localIn, localNow } from './local-time.ts'
import {
  customerWith,
  freePoints,
  givePoints,
  moved,
  newCustomer,
  newVoucher,
  provenBalance,
} from './loyalty.ts'
import { aMember } from './people.ts'
import {
  assign,
  atTill,
  bill,
  cancelling,
  cancelReply,
  otherStore,
  purchaseOf,
  recap,
  send,
  sendReply,
  summary,
} from './till.ts'

describe('send-purchase', () => {
  it('L111, 9.9: a purchase and its items have every field', async () => {
    const till = await operator()
    const id = await newCustomer()
    const theBill = bill(60, {
      payment_time: '2026-03-10 15:05:49',
      purchase_type_id: 'eshop_purchase',
      created_by: 'till',
      bill_items: [
        {
          bill_item_id: 'first',
          plu_ids: [
            { list_code: 'GLOBAL', code: 'A-77' },
            { list_code: 'X', code: 'other' },
          ],
          plu_name: 'Cone',
          category_plu_id: 'ice',
          vat_rate: 20,
          quantity: 1.255,
          paid_amount: 60,
          price: 70,
          purchase_item_type_id: 'standard',
        },
      ],
    })
    const purchaseId = await send(id, theBill)
    const head = {
      purchase_id: purchaseId,
      customer_id: id,
      store_id: 'prague-hq',
      external_purchase_id: theBill.bill_id,
      payment_time: '2026-03-10 15:05:49',
      items_count: 1,
      purchase_items: [],
      type_id: 'eshop_purchase',
      total_price: 60,
      currency_id: 'EUR',
      card_number: null,
      cashdesk_number: null,
      property_records: [],
      last_change: expect.stringMatching(aTime),
    }
    const first = {
      purchase_item_id: expect.stringMatching(anId),
      product_id: 'A-77',
      product_name: 'Cone',
      product_group_id: 'ice',
      product_group_name: null,
      product_brand_id: null,
      product_brand_name: null,
      external_id: 'first',
      purchase_item_type_id: 'standard',
      price: 60,
      amount: 1.255,
      vat_rate: 20,
      additional_properties: [],
      last_change: expect.stringMatching(aTime),
    }
    expect(await till.read(`/purchases/${purchaseId}`)).toEqual(head)
    const whole = { ...head, purchase_items: [first] }
    expect(await till.read(`/purchases/${purchaseId}?purchase_items_extension=true`)).toEqual(whole)
    expect((await till.list(`/purchases/${purchaseId}/purchase-items`)).items).toEqual([first])
    expect((await till.list(`/purchases?customer_id=${id}&purchase_items_extension=1`)).items).toEqual([
      whole,
    ])
    expect((await till.list(`/customers/${id}/purchases`)).items).toEqual([head])
  })

  it('L45, L106: a cash desk may be a number, and is answered as text', async () => {
    const till = await operator()
    const purchaseId = await till.create(
      '/purchases/actions/send-purchase',
      atTill(await newCustomer(), bill(5), { cashdesk_number: 1 }),
    )
    expect((await till.read(`/purchases/${purchaseId}`)).cashdesk_number).toBe('1')
  })

  it('L111: what was paid and used stands in the summary, the points and the vouchers', async () => {
    const till = await operator()
    const id = await customerWith(500)
    const { id: voucherId, code } = await newVoucher(id, 'five-off')
    const at = localNow()
    const purchaseId = await send(id, { ...bill(60), ...recap(100, [code, 'QUARTER-OFF']) })
    const [used, bought] = (await till.list(`/purchases/${purchaseId}/vouchers`)).items
    expect(used).toMatchObject({ voucher_id: voucherId, state: 2, value: 5, store_id: 'prague-hq' })
    expect(String(used?.applied_date) >= at).toBe(true)
    expect(bought).toMatchObject({ reward: { reward_id: 'quarter-off' }, state: 2, value: 13.75 })
    expect(await summary(purchaseId)).toEqual({
      earned_points: 36,
      used_credits: 0,
      used_points: 100,
      used_points_total: 140,
      used_vouchers: [used, bought],
    })
    const points = (await till.list(`/purchases/${purchaseId}/points`)).items
    expect(points.map(({ assigned_points }) => assigned_points).toSorted()).toEqual(
      [-100, -40, 36].toSorted(),
    )
    expect(new Set(points.map(({ partner_id }) => partner_id))).toEqual(new Set(['acme']))
    expect(await moved(id)).toEqual([
      'Points synchronization 500',
      'Voucher -100',
      'Voucher -40',
      'Purchase payment -100',
      'Purchase 36',
    ])
  })

  it('L111: a discount_value is taken as the till charged it, else computed', async () => {
    const till = await operator()
    const id = await customerWith(500)
    const charged = recap(0, [{ code: 'FIVE-OFF', discount_value: 3.3 }, { code: 'QUARTER-OFF' }])
    const purchaseId = await send(id, { ...bill(20), ...charged })
    const { items } = await till.list(`/purchases/${purchaseId}/vouchers`)
    expect(items.map(({ value }) => value).toSorted()).toEqual([3.3, 4.18].toSorted())
    // 20 less 3.30 less 4.18 (4.175 rounded half up) are 12.52.
    expect(await summary(purchaseId)).toMatchObject({ earned_points: 12 })
  })

  it('L111: the event of a purchase says what, where and how much', async () => {
    const id = await newCustomer()
    const theBill = bill(20.5)
    await send(id, theBill)
    const reply = await until(
      async () => await (await operator()).get(`/events?customer_id=${id}&event_type_id=purchase`),
      (answer) => dataOf(answer).total_items === 1,
    )
    const [event] = dataOf(reply).events as Fields[]
    expect(event?.data).toEqual({
      amount: 20.5,
      currency: 'EUR',
      bill_id: theBill.bill_id,
      store_id: 'prague-hq',
    })
  })

  it('L53, L55: property records of a bill are those of its purchase', async () => {
    const till = await operator()
    const id = await newCustomer()
    const purchaseId = await send(
      id,
      bill(5, { property_records: [{ property_id: 'till_note', property_value: 'wrapped' }] }),
    )
    const shown = await till.read(`/purchases/${purchaseId}?include_property_records=true`)
    expect(shown.property_records).toEqual([
      {
        property_record_id: `till_note:${purchaseId}`,
        property_id: 'till_note',
        property_name: 'Note of the till',
        property_value: 'wrapped',
        last_change: expect.stringMatching(aTime),
      },
    ])
    expect((await till.list(`/purchases?customer_id=${id}`)).items).toMatchObject([{ property_records: [] }])
    const { items } = await till.list(`/purchases?customer_id=${id}&include_property_records=1`)
    expect(items[0]?.property_records).toEqual(shown.property_records)
    const unknown = bill(5, { property_records: [{ property_id: 'diet', property_value: 'vegan' }] })
    expectRefused(await sendReply(id, unknown), 'property_id', 'not_found')
    expect(await purchaseOf(unknown.bill_id)).toBeUndefined()
  })

  it('L112: the same bill again is refused, and nothing is booked twice', async () => {
    const id = await customerWith(500)
    const { code } = await newVoucher(id, 'five-off')
    const theBill = { ...bill(60), ...recap(100, [code]) }
    await send(id, theBill)
    const balance = await provenBalance(id)
    for (let n = 0; n < 3; n++) expectRefused(await sendReply(id, theBill), 'bill_id', 'already_exists')
    expectRefused(await sendReply(await newCustomer(), theBill), 'bill_id', 'already_exists')
    expectRefused(await sendReply(undefined, theBill), 'bill_id', 'already_exists')
    expect(await provenBalance(id)).toBe(balance)
  })

  it('L39, L40: purchases are found by store, type, bill and time of payment', async () => {
    const till = await operator()
    const id = await newCustomer()
    const early = bill(5, { payment_time: '2026-03-10T09:00:00.5' })
    const late = bill(6, { payment_time: '11.03.2026 10:00', purchase_type_id: 'eshop_purchase' })
    const first = await send(id, early)
    const second = await till.create(
      '/purchases/actions/send-purchase',
      atTill(id, late, { store_id: otherStore }),
    )
    const ids = async (query: string): Promise<readonly unknown[]> =>
      (await till.list(`/purchases?customer_id=${id}${query}`)).items.map(({ purchase_id }) => purchase_id)
    expect(await ids('')).toEqual([first, second])
    expect(await ids('&store_id=brno')).toEqual([second])
    expect(await ids('&type_id=store_purchase')).toEqual([first])
    expect(await ids(`&external_purchase_id=${late.bill_id}`)).toEqual([second])
    expect(await ids('&payment_time_from=2026-03-10%2009:00:00&payment_time_to=2026-03-10')).toEqual([first])
    expect(await ids('&payment_time_from=2026-03-11')).toEqual([second])
    expect(await ids('&sort_field=total_price&sort_direction=desc')).toEqual([second, first])
    expectNotFound(await till.get('/purchases/12345678'), 'purchases', '12345678')
  })
})

describe('assign-customer', () => {
  const body = (theBill: Fields, more: Fields): Fields => ({
    store_id: 'prague-hq',
    external_purchase_id: theBill.bill_id,
    ...more,
  })

  it('L116, L111: gives customer, points and event, as if sent with them', async () => {
    const till = await operator()
    const id = await newCustomer()
    const theBill = bill(42.9, { payment_time: localIn(-3600) })
    const purchaseId = await send(undefined, theBill)
    expectNothing(await till.post(assign, body(theBill, { customer_id: id })))
    expect(await till.read(`/purchases/${purchaseId}`)).toMatchObject({ customer_id: id })
    expect(await freePoints(id)).toBe(42)
    expect(await moved(id)).toEqual(['Purchase 42'])
    expect(await summary(purchaseId)).toMatchObject({ earned_points: 42 })
    await until(
      async () => await till.get(`/events?customer_id=${id}&event_type_id=purchase`),
      (answer) => dataOf(answer).total_items === 1,
    )
    expect((await cancelReply(id, theBill)).status).toBe(201)
    expect(await provenBalance(id)).toBe(0)
  })

  it('L116: refusals', async () => {
    const till = await operator()
    const [id, other] = [await newCustomer(), await newCustomer()]
    const theBill = bill(10)
    const unknown = await till.post(assign, body(theBill, { customer_id: id }))
    expectRefused(unknown, 'external_purchase_id', 'not_found')
    await send(id, theBill)
    for (const customer_id of [id, other]) {
      const refused = await till.post(assign, body(theBill, { customer_id }))
      expectRefused(refused, 'customer_id', 'already_exists')
    }
    expect(faultsOf(await till.post(assign, {}))).toEqual(
      expect.arrayContaining(['store_id: required', 'external_purchase_id: required']),
    )
    expect([await freePoints(id), await freePoints(other)]).toEqual([10, 0])
  })
})

describe('purchases on the customer interface', () => {
  it('L29, L30, L33: own purchases alone; sending is guarded, assigning is not for customers', async () => {
    const member = await aMember()
    const own = await send(member.id, bill(10))
    const foreign = await send(await newCustomer(), bill(10))
    expect((await member.list('/purchases')).items.map(({ purchase_id }) => purchase_id)).toEqual([own])
    expect(await member.read(`/purchases/${own}/actions/payment-summary`)).toMatchObject({
      earned_points: 10,
    })
    expectNotFound(await member.get(`/purchases/${foreign}`), 'purchases', foreign)
    expectNotFound(await member.get(`/purchases/${foreign}/points`), 'purchases', foreign)
    expectNotAllowed(await sendReply(member.id, bill(5), member), 'purchases', 'customer')
    expectNotAllowed(await member.post(assign, {}), 'purchases', 'customer')
  })

  it('L28, L109: a customer may ask what an own bill comes to', async () => {
    const member = await aMember()
    await givePoints(member.id, 100)
    const path = '/purchases/actions/accept-payment'
    const own = await member.calculate(path, atTill(undefined, bill(20), { max_points: 50 }))
    expect(own).toMatchObject({ credit_points: 50, credit_points_of_this_transaction: 17 })
    const foreign = await member.post(path, atTill(await newCustomer(), bill(20)))
    expectRefused(foreign, 'customer_id', 'not_belong_to_logged_in_customer')
    const recommended = await member.calculate(
      '/purchases/actions/recommended-best-rewards',
      atTill(undefined, bill(20), { reward_list_type: 'C' }),
    )
    expect(Number(recommended.total_items)).toBeGreaterThan(0)
  })

  it('L29, L33: where it is allowed, customers send and cancel own bills alone', async () => {
    const [member, other] = [await aMember({}, {}, miles), await aMember({}, {}, miles)]
    const path = '/purchases/actions/send-purchase'
    const theBill = bill(100)
    const sent = { ...atTill(undefined, theBill), store_id: 'shop' }
    const purchaseId = await member.create(path, sent)
    expect(await member.read(`/purchases/${purchaseId}`)).toMatchObject({ customer_id: member.id })
    const cancelled = { store_id: 'shop', bill: cancelling(theBill) }
    expectRefused(await other.post(path, cancelled), 'bill_number', 'not_found')
    await member.create(path, cancelled)
    expect(await member.read('/wallet/actions/points-overview')).toMatchObject({ available_points: 0 })
  })
})
