import { describe, expect, it } from 'vitest'
import { backEnd, expectRefused, miles, operator } from './cc.ts'
import { endOfDayAfter, today, yesterday } from './local-time.ts'
import {
  customerWith,
  freePoints,
  givePoints,
  newCustomer,
  newVoucher,
  setBalance,
  wallet,
} from './loyalty.ts'
import { aMember } from './people.ts'
import { bill, cancelReply, item, recap, send } from './till.ts'

const overview = (id: string, query = ''): string =>
  `/wallet/actions/points-overview?customer_id=${id}${query}`
const turnover = (id: string, query = ''): string =>
  `/wallet/actions/sales-turnover?customer_id=${id}${query}`

describe('points-overview', () => {
  it('L97, L100: earned, redeemed, free, and what these are worth', async () => {
    const till = await operator()
    const id = await newCustomer()
    await givePoints(id, 100)
    await till.create('/points/actions/reduce-points', { amount: 20, customer_id: id, partner_id: 'acme' })
    await newVoucher(id, 'quarter-off')
    await till.act('/point-reservations/actions/reserve-points', {
      external_id: id,
      customer_id: id,
      amount: 10,
    })
    expect(await wallet(id)).toEqual({
      earned_points: 100,
      redeemed_points: 60,
      available_points: 30,
      available_points_money_value: [{ currency_id: 'EUR', value: 1.5 }],
    })
  })

  it('L100: returns are not earned, and what is cancelled is neither earned nor redeemed', async () => {
    const till = await operator()
    const id = await newCustomer()
    await givePoints(id, 100)
    const { id: voucherId } = await newVoucher(id, 'quarter-off')
    await till.remove(`/vouchers/${voucherId}`)
    const theBill = { ...bill(30), ...recap(40) }
    await send(id, theBill)
    expect(await wallet(id)).toMatchObject({ earned_points: 128, redeemed_points: 40, available_points: 88 })
    await cancelReply(id, theBill)
    expect(await wallet(id)).toMatchObject({ earned_points: 100, redeemed_points: 0, available_points: 100 })
  })

  it('L100: a cancellation takes back what was earned, with the debt that it left', async () => {
    const till = await operator()
    const id = await newCustomer()
    const theBill = bill(50)
    await send(id, theBill)
    await till.create('/points/actions/reduce-points', { amount: 30, customer_id: id, partner_id: 'acme' })
    await cancelReply(id, theBill)
    expect(await wallet(id)).toMatchObject({ earned_points: 0, redeemed_points: 30, available_points: 0 })
    await givePoints(id, 40)
    expect(await wallet(id)).toMatchObject({ earned_points: 40, redeemed_points: 30, available_points: 10 })
  })

  it('L100: days limit what was earned and redeemed, and nothing else', async () => {
    const till = await operator()
    const id = await newCustomer()
    await givePoints(id, 100)
    const inDays = async (query: string) => await till.read(overview(id, query))
    expect(await inDays(`&date_from=${today()}&date_to=${today()}`)).toMatchObject({ earned_points: 100 })
    expect(await inDays(`&date_to=${yesterday()}`)).toMatchObject({ earned_points: 0, available_points: 100 })
    expectRefused(await till.get(overview(id, '&date_from=then')), 'date_from', 'invalid_value_format')
    expectRefused(await till.get('/wallet/actions/points-overview'), 'customer_id', 'required')
    expectRefused(await till.get(overview('1')), 'customer_id', 'not_found')
  })

  it('L97: without a value of a point there is no money value', async () => {
    const id = await newCustomer(miles)
    expect(await wallet(id, backEnd(miles))).toEqual({
      earned_points: 0,
      redeemed_points: 0,
      available_points: 0,
      available_points_money_value: [],
    })
  })
})

describe('points-expiration-overview', () => {
  const path = (id: string): string => `/wallet/actions/points-expiration-overview?customer_id=${id}`

  it('L101: the next day on which points expire, and what does', async () => {
    const till = await operator()
    const id = await newCustomer()
    expect(await till.read(path(id))).toEqual({ next_amount: 0, next_date: null, current_month_amount: 0 })
    await givePoints(id, 10)
    await givePoints(id, 5.5)
    const [day] = endOfDayAfter(today(), 365).split(' ')
    expect(await till.read(path(id))).toEqual({ next_amount: 15.5, next_date: day, current_month_amount: 0 })
    await setBalance(id, 0)
    expect(await till.read(path(id))).toEqual({ next_amount: 0, next_date: null, current_month_amount: 0 })
  })
})

describe('sales-turnover', () => {
  it('L100: what was bought, by currency and time of payment, less what was cancelled', async () => {
    const till = await operator()
    const id = await newCustomer()
    expect(await till.read(turnover(id))).toEqual({ turnover: [] })
    const march = bill(20.5, { payment_time: '2026-03-10 23:59:59' })
    await send(id, march)
    await send(id, bill(30, { payment_time: '2026-03-11' }))
    await send(id, bill(100, { currency_id: 'CZK', bill_items: [item(100)] }))
    const entry = (currency_id: string, value: number) => ({ currency_id, value, due_date: null })
    expect(await till.read(turnover(id))).toEqual({ turnover: [entry('CZK', 100), entry('EUR', 50.5)] })
    const inMarch = await till.read(turnover(id, '&date_from=2026-03-10&date_to=2026-03-10'))
    expect(inMarch).toEqual({ turnover: [entry('CZK', 100), entry('EUR', 20.5)] })
    expect(await till.read(turnover(id, '&date_from=2026-03-11'))).toEqual({ turnover: [entry('EUR', 30)] })
    await cancelReply(id, march)
    expect(await till.read(turnover(id))).toEqual({ turnover: [entry('CZK', 100), entry('EUR', 30)] })
  })
})

describe('credits', () => {
  it('9.7: there are none', async () => {
    const till = await operator()
    const id = await customerWith(10)
    const credits = await till.read(`/wallet/actions/credits-overview?customer_id=${id}`)
    const { split_by_currency: split, ...amounts } = credits
    expect(split).toEqual([])
    expect(new Set(Object.values(amounts))).toEqual(new Set([0]))
    const expiration = await till.read(`/wallet/actions/credits-expiration-overview?customer_id=${id}`)
    expect(expiration).toMatchObject({ next_amount: 0, next_date: null, current_month_amount: 0 })
  })
})

describe('the wallet on the customer interface', () => {
  it('L28, L30: the own one, without naming it', async () => {
    const member = await aMember()
    await givePoints(member.id, 8)
    expect(await member.read('/wallet/actions/points-overview')).toMatchObject({ available_points: 8 })
    expect(await member.read('/wallet/actions/sales-turnover')).toEqual({ turnover: [] })
    expect(await freePoints(member.id)).toBe(8)
    for (const path of [overview, turnover]) {
      const refused = await member.get(path(await newCustomer()))
      expectRefused(refused, 'customer_id', 'not_belong_to_logged_in_customer')
    }
  })
})
