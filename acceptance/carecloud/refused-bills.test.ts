import { randomInt } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Fields } from '../client.ts'
import { unique } from '../unique.ts'
import { backEnd, expectRefused, faultsOf, invalidParams, miles, operator } from './cc.ts'
import { localNow } from './local-time.ts'
import { customerWith, newCustomer, newVoucher, provenBalance } from './loyalty.ts'
import { atTill, bill, item, purchaseOf, quoteReply, recap, sendReply } from './till.ts'

describe('refusals of a bill', () => {
  const refusedBill = async (id: string, more: Fields, name: string, reason: string): Promise<void> => {
    const theBill = bill(20, more)
    expectRefused(await sendReply(id, theBill), name, reason)
    expect(await purchaseOf(theBill.bill_id)).toBeUndefined()
  }

  it('L117: what is wrong with the bill itself', async () => {
    const id = await newCustomer()
    await refusedBill(id, { currency_id: 'XXQ' }, 'currency_id', 'not_found')
    await refusedBill(id, { purchase_type_id: 'barter' }, 'purchase_type_id', 'not_allowed_value')
    await refusedBill(id, { payment_time: 'noon' }, 'payment_time', 'invalid_value_format')
    await refusedBill(id, { payment_type: 'C' }, 'payment_type', 'customer_cant_pay_by_credits')
    const credit = { payment_recap: { amount_for_credit: 5 } }
    await refusedBill(id, credit, 'payment_type', 'customer_cant_pay_by_credits')
    const cheap = { bill_items: [item(20), item(10, { price: 9.99 })] }
    const theBill = bill(30, cheap)
    expect(invalidParams(await sendReply(id, theBill))).toMatchObject([
      { name: 'bill_item_id', reason: 'item_price_lower_than_paid_amount', index: 1 },
    ])
    const credits = await quoteReply(id, bill(5), { max_credit: 1 })
    expectRefused(credits, 'payment_type', 'customer_cant_pay_by_credits')
  })

  it('L117: who the customer is', async () => {
    const till = await operator()
    expectRefused(await sendReply('12345678', bill(5)), 'customer_id', 'not_found')
    expectRefused(await sendReply({ card_number: unique() }, bill(5)), 'card_number', 'not_found')
    const card_number = `9800${randomInt(1e8, 1e9)}`
    const card = { card_type_id: 'plastic', card_number, customer_id: await newCustomer(), state: 0 }
    await till.create('/cards', { card })
    expectRefused(await sendReply({ card_number }, bill(5)), 'card_number', 'card_is_blocked')
    const nowhere = atTill(undefined, bill(5), { store_id: 'nowhere' })
    expectRefused(await till.post('/purchases/actions/send-purchase', nowhere), 'store_id', 'not_found')
  })

  it('L97, L117: points that are not there', async () => {
    const id = await customerWith(9)
    await refusedBill(id, recap(10), 'credit_points', 'not_enough_points_for_payment')
    const refused = await sendReply(undefined, { ...bill(20), ...recap(1) })
    expectRefused(refused, 'credit_points', 'not_enough_points_for_payment')
    expect(await provenBalance(id)).toBe(9)
  })

  it('L117: where points pay nothing', async () => {
    const api = backEnd(miles)
    const body = (more: Fields, theBill: Fields = {}) => ({
      store_id: 'shop',
      bill: { ...bill(5), ...theBill },
      ...more,
    })
    const asked = await api.post('/purchases/actions/accept-payment', body({ max_points: 1 }))
    expectRefused(asked, 'max_points', 'customer_cant_pay_by_points')
    const sent = await api.post('/purchases/actions/send-purchase', body({}, recap(1)))
    expectRefused(sent, 'credit_points', 'customer_cant_pay_by_points')
  })

  it('L117: benefits, each for the first reason that applies', async () => {
    const till = await operator()
    const [id, other] = [await customerWith(1000), await customerWith(1000)]
    const foreign = await newVoucher(other, 'five-off')
    const used = await newVoucher(id, 'five-off')
    await till.act(`/vouchers/${used.id}/actions/apply-voucher`, { date_applied: localNow() })
    const over = await newVoucher(id, 'five-off')
    await till.put(`/vouchers/${over.id}`, { voucher: { valid_from: '2026-01-01', valid_to: '2026-01-31' } })
    const early = await newVoucher(id, 'five-off')
    await till.put(`/vouchers/${early.id}`, { voucher: { valid_from: '2099-01-01' } })
    const elsewhere = await newVoucher(id, 'brno-only')
    const good = await newVoucher(id, 'five-off')
    await newVoucher(id, 'one-each')
    const reasons: readonly (readonly [string, string])[] = [
      ['NO-SUCH', 'not_found'],
      [foreign.code, 'voucher_assigned_to_another_customer'],
      [used.code, 'voucher_already_used'],
      [over.code, 'voucher_expired'],
      [early.code, 'voucher_cant_be_applied_by_date'],
      [elsewhere.code, 'voucher_not_allowed_in_store'],
      ['ONE-EACH', 'max_number_of_voucher_exceeded'],
      ['GONE', 'voucher_cant_be_applied_by_date'],
      ['NOT-YET', 'voucher_cant_be_applied_by_date'],
      ['BRNO-2', 'voucher_not_allowed_in_store'],
    ]
    for (const [code, reason] of reasons) {
      expectRefused(await quoteReply(id, bill(20), { benefit_codes: [code] }), 'benefit_codes', reason)
      await refusedBill(id, recap(0, [good.code, code]), 'benefit_codes', reason)
    }
    const all = await quoteReply(id, bill(20), { benefit_codes: reasons.map(([code]) => code) })
    expect(faultsOf(all)).toEqual(reasons.map(([, reason]) => `benefit_codes: ${reason}`))
    expect(invalidParams(all).map(({ value }) => value)).toEqual(reasons.map(([code]) => code))
    await refusedBill(id, recap(0, [good.code, good.code]), 'benefit_codes', 'voucher_already_used')
    const poor = await customerWith(99)
    await refusedBill(poor, recap(0, ['FIVE-OFF']), 'benefit_codes', 'not_enough_points_for_voucher')
    const nobody = await quoteReply(undefined, bill(20), { benefit_codes: [good.code] })
    expect(faultsOf(nobody)).toHaveLength(1)
    expect((await till.read(`/vouchers/${good.id}`)).state).toBe(1)
  })
})
