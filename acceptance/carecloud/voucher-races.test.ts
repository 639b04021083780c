import { describe, expect, it } from 'vitest'
import { faultsOf, operator } from './cc.ts'
import { localNow } from './local-time.ts'
import {
  atOnce,
  countByStatus,
  customerWith,
  freePoints,
  moved,
  newVoucher,
  provenBalance,
  withdrawAll,
} from './loyalty.ts'
import { bill, quote, recap, send, sendReply } from './till.ts'

const customers = 20
const tries = 200

describe('whatever runs at once', () => {
  it('L123, S28: 200 buyers of the last 10 vouchers get 10, and only they pay', async () => {
    const till = await operator()
    await withdrawAll('last-ten')
    const people = await atOnce(customers, () => customerWith(100))
    const replies = await atOnce(tries, (index) =>
      till.post('/rewards/last-ten/actions/create-voucher', { customer_id: people[index % customers] }),
    )
    expect(countByStatus(replies)).toEqual({ 201: 10, 400: 190 })
    const refused = new Set(
      replies.filter(({ status }) => status === 400).flatMap((reply) => faultsOf(reply)),
    )
    expect([...refused]).toEqual(['reward_id: max_number_of_voucher_exceeded'])
    expect((await till.list('/rewards/last-ten/vouchers')).total).toBe(10)
    const points = (await Promise.all(people.map(provenBalance))).reduce((all, balance) => all + balance, 0)
    expect(points).toBe(customers * 100 - 10 * 7)
    await withdrawAll('last-ten')
    const afterwards = (await Promise.all(people.map(provenBalance))).reduce(
      (all, balance) => all + balance,
      0,
    )
    expect(afterwards).toBe(customers * 100)
  })

  it('L123: one customer buys no more than the points are worth', async () => {
    const till = await operator()
    const id = await customerWith(300)
    const replies = await atOnce(20, () =>
      till.post('/rewards/five-off/actions/create-voucher', { customer_id: id }),
    )
    expect(countByStatus(replies)).toEqual({ 201: 3, 400: 17 })
    expect(await provenBalance(id)).toBe(0)
  })

  it('L123: one customer gets no more than the limit', async () => {
    const till = await operator()
    const id = await customerWith(300)
    const replies = await atOnce(20, () =>
      till.post('/rewards/one-each/actions/create-voucher', { customer_id: id }),
    )
    expect(countByStatus(replies)).toEqual({ 201: 1, 400: 19 })
    expect(await provenBalance(id)).toBe(280)
  })

  it('L89: a voucher that is applied 20 times at once is applied once', async () => {
    const till = await operator()
    const { id } = await newVoucher(await customerWith(100), 'five-off')
    const replies = await atOnce(20, () =>
      till.post(`/vouchers/${id}/actions/apply-voucher`, { date_applied: localNow() }),
    )
    expect(countByStatus(replies)).toEqual({ 204: 1, 400: 19 })
  })

  it('L90: a voucher that is withdrawn 20 times at once is refunded once', async () => {
    const till = await operator()
    const customer = await customerWith(100)
    const { id } = await newVoucher(customer, 'five-off')
    const replies = await atOnce(20, () => till.remove(`/vouchers/${id}`))
    expect(countByStatus(replies)[204]).toBe(1)
    expect(replies.every(({ status }) => [204, 400, 404].includes(status))).toBe(true)
    expect(await moved(customer)).toEqual([
      'Points synchronization 100',
      'Voucher -100',
      'Voucher refund 100',
    ])
  })

  it('L90, L111: of a till that uses a voucher and a customer who withdraws it, one is served', async () => {
    const till = await operator()
    for (let round = 0; round < 5; round++) {
      const customer = await customerWith(100)
      const { id, code } = await newVoucher(customer, 'five-off')
      const [sold, withdrawn] = await Promise.all([
        sendReply(customer, bill(20, recap(0, [code]))),
        till.remove(`/vouchers/${id}`),
      ])
      const served = [sold.status === 201, withdrawn.status === 204]
      expect(served.filter(Boolean)).toHaveLength(1)
      expect(await freePoints(customer)).toBe(sold.status === 201 ? 15 : 100)
    }
  })

  it('L111, L123: one voucher pays on one of the bills that two tills send at once', async () => {
    const customer = await customerWith(100)
    const { code } = await newVoucher(customer, 'five-off')
    const replies = await atOnce(10, () => sendReply(customer, bill(20, recap(0, [code]))))
    expect(countByStatus(replies)).toEqual({ 201: 1, 400: 9 })
    const reasons = replies.filter(({ status }) => status === 400).flatMap((reply) => faultsOf(reply))
    expect(new Set(reasons)).toEqual(new Set(['benefit_codes: voucher_already_used']))
    expect(await provenBalance(customer)).toBe(15)
  })

  it('L108, L123: rewards that are bought in bills at once keep to stock, limit and points', async () => {
    const customer = await customerWith(50)
    const replies = await atOnce(10, () => sendReply(customer, bill(4, recap(0, ['ONE-EACH']))))
    expect(countByStatus(replies)).toEqual({ 201: 1, 400: 9 })
    expect(await provenBalance(customer)).toBe(50 - 20 + 3)
  })

  it('L111: bills that buy two rewards in either order do not stop each other', async () => {
    const people = await atOnce(6, () => customerWith(500))
    const replies = await Promise.all(
      people.flatMap((customer) => [
        sendReply(customer, bill(100, recap(0, ['FIVE-OFF', 'QUARTER-OFF']))),
        sendReply(customer, bill(100, recap(0, ['QUARTER-OFF', 'FIVE-OFF']))),
        sendReply(customer, bill(100, recap(10, ['BIG-OFF']))),
      ]),
    )
    expect(countByStatus(replies)).toEqual({ 201: 18 })
    for (const customer of people) {
      // 5 and 25 % off 100 in either order, and all of it off the third, whose points pay nothing.
      const earned = Math.floor(95 * 0.75) + Math.floor(75 - 5) + 0
      expect(await provenBalance(customer)).toBe(500 - 2 * 140 - 10 - 10 + earned)
    }
  })

  it('L109: what a till was told holds while nobody else is served', async () => {
    const customer = await customerWith(300)
    const asked = await atOnce(5, () =>
      quote(customer, bill(30), { max_points: 400, benefit_codes: ['FIVE-OFF'] }),
    )
    for (const quoted of asked) expect(quoted).toEqual(asked[0])
    await send(customer, bill(30))
    expect(await freePoints(customer)).toBe(330)
  })
})
