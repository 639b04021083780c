import { randomInt } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Fields } from '../client.ts'
import { unique } from '../unique.ts'
import { backEnd, expectRefused, invalidParams, miles, operator } from './cc.ts'
import { aTime } from './conventions.ts'
import { customerWith, freePoints, newCustomer, newVoucher } from './loyalty.ts'
import { bill, item, purchaseOf, quoteReply, recap, send, sendReply } from './till.ts'

describe('the first and the last moment', () => {
  const edges = ['0001-01-01', '9999-12-31 23:59:59']

  it('L47: cards, vouchers, reservations, events and bills take what clients write for "never"', async () => {
    const till = await operator()
    const id = await customerWith(10)
    const voucher = await newVoucher(id, 'ten-percent')
    for (const edge of edges) {
      const card = await till.create('/cards', {
        card: {
          card_type_id: 'plastic',
          card_number: `9800${randomInt(1e8, 1e9)}`,
          valid_from: edge,
          valid_to: edge,
        },
      })
      expect(await till.read(`/cards/${card}`)).toMatchObject({
        valid_from: expect.stringMatching(aTime),
        valid_to: expect.stringMatching(aTime),
      })
      const event = await till.create('/events', {
        event: { event_type_id: 'app_open', external_id: unique(), customer_id: id, created_at: edge },
      })
      expect((await till.read(`/events/${event}`)).created_at).toMatch(aTime)
      const theBill = bill(5, { payment_time: edge })
      await send(id, theBill)
      expect((await purchaseOf(theBill.bill_id))?.payment_time).toMatch(aTime)
      await till.act('/point-reservations/actions/reserve-points', {
        external_id: unique(),
        customer_id: id,
        amount: 1,
        expiration_time: edge,
      })
    }
    const until = { voucher: { valid_from: edges[0], valid_to: edges[1] } }
    expect((await till.put(`/vouchers/${voucher.id}`, until)).status).toBe(204)
    expect((await till.read(`/vouchers/${voucher.id}`)).valid_to).toBe('9999-12-31 23:59:59')
  })

  it('L47: west of Greenwich, where the last of them is in the year 10000 elsewhere, too', async () => {
    const till = backEnd(miles)
    const id = await newCustomer(miles)
    const more = { payment_time: '9999-12-31 23:59:59' }
    const sent = { store_id: 'shop', customer_id: id, bill: bill(5, more) }
    const purchase = await till.create('/purchases/actions/send-purchase', sent)
    expect((await till.read(`/purchases/${purchase}`)).payment_time).toMatch(/^9999-12-31 /)
  })

  it('L47: a moment that its offset takes out of the calendar is none', async () => {
    const path = '/customers?birthdate=9999-12-31T23:59:59-12:00'
    expectRefused(await (await operator()).get(path), 'birthdate', 'invalid_value_format')
  })
})

describe('amounts that cannot be counted', () => {
  it('L51, L107: a bill whose amounts are too large is refused, and books nothing', async () => {
    const id = await newCustomer()
    for (const items of [[90071992547409.91], [45035996273704.95, 45035996273704.95], [9e13, -9e13]]) {
      const theBill = bill(0, { bill_items: items.map((amount) => item(amount)) })
      expectRefused(await sendReply(id, theBill), 'total_price', 'not_allowed_value')
      expectRefused(await quoteReply(id, theBill, { max_points: 1 }), 'total_price', 'not_allowed_value')
      expect(await purchaseOf(theBill.bill_id)).toBeUndefined()
    }
    expect(await freePoints(id)).toBe(0)
  })

  it('L109: points beyond all measure are lowered, or not there to pay', async () => {
    const id = await customerWith(10)
    const most = 90071992547409.91
    const quoted = await quoteReply(id, bill(5), { max_points: most })
    expect(quoted.status).toBe(200)
    expectRefused(await sendReply(id, bill(5, recap(most))), 'credit_points', 'not_enough_points_for_payment')
  })
})

describe('prices of items', () => {
  const reply = async (price: number, paidAmount: number) =>
    sendReply(await newCustomer(), bill(10, { bill_items: [item(20), item(paidAmount, { price })] }))

  it('L117: a price below what was paid is refused, also one below nothing', async () => {
    for (const [price, paid] of [
      [9.99, 10],
      [-20, 10],
      [-1, 0],
    ] as const) {
      expect(invalidParams(await reply(price, paid)), `${price} ${paid}`).toMatchObject([
        { name: 'bill_item_id', reason: 'item_price_lower_than_paid_amount', index: 1 },
      ])
    }
  })

  it('L117: goods that are brought back and what is taken off are items of any price', async () => {
    for (const [price, paid] of [
      [-10, -10],
      [-20, -10],
      [-10, -20],
      [0, -5],
      [5, -10],
    ] as const) {
      expect((await reply(price, paid)).status, `${price} ${paid}`).toBe(201)
    }
  })
})

describe('many benefits', () => {
  it('L117: a bill with very many codes is answered, with what is wrong with each of them', async () => {
    const id = await newCustomer()
    const codes = Array.from({ length: 10_000 }, () => 'nothing')
    const refused = await quoteReply(id, bill(5), { benefit_codes: codes })
    expect(invalidParams(refused)).toHaveLength(codes.length)
  })
})

describe('the order of lists', () => {
  const sorted = async (path: string, field: string): Promise<readonly unknown[]> => {
    const { items } = await (await operator()).list(`${path}&sort_field=${field}&count=1000`)
    return items.map((shown: Fields) => shown[field])
  }

  it('L38: operations of points are sorted by their text', async () => {
    const till = await operator()
    const id = await customerWith(300)
    const voucher = await newVoucher(id, 'ten-euro')
    await till.remove(`/vouchers/${voucher.id}`)
    await send(id, bill(30, recap(10)))
    const types = await sorted(`/point-history?customer_id=${id}`, 'point_operation_type')
    expect(types).toEqual([
      'Points synchronization',
      'Purchase',
      'Purchase payment',
      'Voucher',
      'Voucher refund',
    ])
  })

  it('L38: reservations are sorted by their state as it is shown', async () => {
    const till = await operator()
    const id = await customerWith(10)
    const reserve = (externalId: string, more: Fields = {}) =>
      till.act('/point-reservations/actions/reserve-points', {
        external_id: externalId,
        customer_id: id,
        amount: 1,
        ...more,
      })
    const freed = unique()
    await reserve(unique(), { expiration_time: '2020-01-01' })
    await reserve(unique())
    await reserve(freed)
    await till.act('/point-reservations/actions/free-points', { external_id: freed })
    expect(await sorted(`/point-reservations?customer_id=${id}`, 'state')).toEqual([0, 1, 2])
  })
})

describe('dates of a voucher', () => {
  it('L42: one that would end before it begins is refused with what was sent', async () => {
    const { id } = await newVoucher(await newCustomer(), 'ten-percent')
    const till = await operator()
    const refused = await till.put(`/vouchers/${id}`, { voucher: { valid_to: '2020-01-01' } })
    expect(invalidParams(refused)).toMatchObject([
      { name: 'valid_to', reason: 'not_allowed_value', value: '2020-01-01' },
    ])
  })

  it('L89: a till whose clock is slow, or that writes days alone, uses one on the day it was issued', async () => {
    const till = await operator()
    const used = async (date_applied: string) => {
      const { id } = await newVoucher(await newCustomer(), 'ten-percent')
      return till.post(`/vouchers/${id}/actions/apply-voucher`, { date_applied })
    }
    const { id } = await newVoucher(await newCustomer(), 'ten-percent')
    const [issuedOn = ''] = String((await till.read(`/vouchers/${id}`)).created_at).split(' ')
    expect((await used(issuedOn)).status).toBe(204)
    expect((await used(`${issuedOn} 00:00:00`)).status).toBe(204)
    expectRefused(await used('2020-01-01'), 'voucher_id', 'voucher_expired')
    await till.put(`/vouchers/${id}`, { voucher: { valid_from: `${issuedOn} 23:59:59` } })
    const early = await till.post(`/vouchers/${id}/actions/apply-voucher`, { date_applied: issuedOn })
    expectRefused(early, 'voucher_id', 'voucher_expired')
  })
})
