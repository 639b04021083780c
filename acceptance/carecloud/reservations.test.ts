import { describe, expect, it } from 'vitest'
import type { Fields } from '../client.ts'
import { unique } from '../unique.ts'
import { expectNotFound, expectNothing, expectRefused, operator } from './cc.ts'
import { anId, aTime } from './conventions.ts'
import { localIn, today } from './local-time.ts'
import { atOnce, countByStatus, customerWith, freePoints, newCustomer, provenBalance } from './loyalty.ts'
import { aMember } from './people.ts'
import { bill, quote, recap, send, sendReply } from './till.ts'

const reserve = '/point-reservations/actions/reserve-points'
const free = '/point-reservations/actions/free-points'

async function reserved(customerId: string, amount: number, more: Fields = {}): Promise<string> {
  const external_id = unique('res')
  await (await operator()).act(reserve, { external_id, customer_id: customerId, amount, ...more })
  return external_id
}

describe('reservations', () => {
  it('L97, L98: reserved points are the balance, and not free', async () => {
    const till = await operator()
    const id = await customerWith(50)
    const external_id = await reserved(id, 30)
    expect([await provenBalance(id), await freePoints(id)]).toEqual([50, 20])
    const { items } = await till.list(`/point-reservations?customer_id=${id}`)
    expect(items).toEqual([
      {
        points_reservation_id: expect.stringMatching(anId),
        customer_id: id,
        external_id,
        quantity: 30,
        expiration: null,
        last_change: expect.stringMatching(aTime),
        state: 1,
      },
    ])
    expect(await till.read(`/point-reservations/${items[0]?.points_reservation_id}`)).toEqual(items[0])
    const body = { amount: 20.01, customer_id: id, partner_id: 'acme' }
    const spent = await till.post('/points/actions/reduce-points', body)
    expectRefused(spent, 'amount', 'not_enough_points_for_payment')
    const more = await till.post(reserve, { external_id: unique(), customer_id: id, amount: 21 })
    expectRefused(more, 'amount', 'not_enough_points_for_payment')
  })

  it('L98: an active external id is taken; a freed one may come again', async () => {
    const till = await operator()
    const id = await customerWith(50)
    const external_id = await reserved(id, 30)
    const again = { external_id, customer_id: id, amount: 1 }
    expectRefused(await till.post(reserve, again), 'external_id', 'already_exists')
    const another = { ...again, customer_id: await customerWith(5) }
    expectRefused(await till.post(reserve, another), 'external_id', 'already_exists')
    expectNothing(await till.post(free, { external_id }))
    expect(await freePoints(id)).toBe(50)
    expectRefused(await till.post(free, { external_id }), 'external_id', 'not_found')
    expectRefused(await till.post(free, { external_id: unique() }), 'external_id', 'not_found')
    expectNothing(await till.post(reserve, again))
    const { items } = await till.list(`/point-reservations?external_id=${external_id}`)
    expect(items.map(({ state, quantity }) => [state, quantity])).toEqual([
      [0, 30],
      [1, 1],
    ])
  })

  it('L98: one whose time is over binds nothing, and its external id is free', async () => {
    const till = await operator()
    const id = await customerWith(50)
    const external_id = await reserved(id, 30, { expiration_time: '2026-01-31 10:00:00' })
    expect(await freePoints(id)).toBe(50)
    const { items } = await till.list(`/point-reservations?customer_id=${id}`)
    expect(items).toMatchObject([{ state: 2, expiration: '2026-01-31 10:00:00' }])
    expectRefused(await till.post(free, { external_id }), 'external_id', 'not_found')
    expectNothing(await till.post(reserve, { external_id, customer_id: id, amount: 50 }))
    expect(await freePoints(id)).toBe(0)
  })

  it('L47, L98: a day alone binds until its end', async () => {
    const till = await operator()
    const id = await customerWith(50)
    await reserved(id, 30, { expiration_time: today() })
    await reserved(id, 10, { expiration_time: localIn(3600) })
    const { items } = await till.list(`/point-reservations?customer_id=${id}`)
    expect(items[0]).toMatchObject({ expiration: `${today()} 23:59:59`, state: 1 })
    expect(await freePoints(id)).toBe(10)
  })

  it('L42, L96: what is missing, unknown or not above 0', async () => {
    const till = await operator()
    const good = { external_id: unique(), customer_id: await customerWith(5), amount: 1 }
    expectRefused(await till.post(reserve, { ...good, external_id: '' }), 'external_id', 'required')
    expectRefused(await till.post(reserve, { ...good, customer_id: '1' }), 'customer_id', 'not_found')
    expectRefused(await till.post(reserve, { ...good, amount: 0 }), 'amount', 'not_allowed_value')
    expectRefused(await till.post(reserve, { ...good, amount: null }), 'amount', 'required')
    const soon = { ...good, expiration_time: 'soon' }
    expectRefused(await till.post(reserve, soon), 'expiration_time', 'invalid_value_format')
    expectRefused(await till.post(free, {}), 'external_id', 'required')
    expectNotFound(await till.get('/point-reservations/12345678'), 'point-reservations', '12345678')
  })

  it('L123: reservations at once bind no more than there is', async () => {
    const till = await operator()
    const id = await customerWith(50)
    const replies = await atOnce(20, () =>
      till.post(reserve, { external_id: unique(), customer_id: id, amount: 8 }),
    )
    expect(countByStatus(replies)).toEqual({ 204: 6, 400: 14 })
    expect(await freePoints(id)).toBe(2)
    const external_id = unique()
    const same = await atOnce(10, () => till.post(reserve, { external_id, customer_id: id, amount: 0.1 }))
    expect(countByStatus(same)).toEqual({ 204: 1, 400: 9 })
  })
})

describe('a reservation for a bill', () => {
  it('L115: counts as free for its bill, and is used up by it', async () => {
    const till = await operator()
    const id = await customerWith(100)
    const theBill = bill(50)
    const external_id = theBill.bill_id
    await till.act(reserve, { external_id, customer_id: id, amount: 80 })
    expect(await quote(id, theBill, { max_points: 100 })).toMatchObject({ credit_points: 100 })
    expect(await quote(id, bill(50), { max_points: 100 })).toMatchObject({ credit_points: 20 })
    await send(id, { ...theBill, ...recap(90) })
    // 90 points pay 4.50 of 50, and 45 are earned.
    expect(await freePoints(id)).toBe(10 + 45)
    const { items } = await till.list(`/point-reservations?external_id=${external_id}`)
    expect(items).toMatchObject([{ state: 0, quantity: 80 }])
  })

  it('L115: one of another customer is not this one', async () => {
    const till = await operator()
    const [id, other] = [await customerWith(100), await customerWith(100)]
    const theBill = bill(50)
    await till.act(reserve, { external_id: theBill.bill_id, customer_id: other, amount: 80 })
    await send(id, { ...theBill, ...recap(100) })
    expect(await freePoints(other)).toBe(20)
  })

  it('L97, L115: a bill takes nothing of what is reserved for another', async () => {
    const id = await customerWith(100)
    await reserved(id, 80)
    const refused = await sendReply(id, { ...bill(50), ...recap(21) })
    expectRefused(refused, 'credit_points', 'not_enough_points_for_payment')
    expect(await provenBalance(id)).toBe(100)
  })
})

describe('reservations on the customer interface', () => {
  it('L28, L29, L30: own ones alone', async () => {
    const till = await operator()
    const [member, other] = [await aMember(), await newCustomer()]
    for (const id of [member.id, other]) {
      await till.act('/points/actions/synchronize-points', { customer_id: id, amount: 10 })
    }
    const foreign = await reserved(other, 5)
    const external_id = unique('own')
    expectNothing(await member.post(reserve, { external_id, amount: 4 }))
    const { items } = await member.list('/point-reservations')
    expect(items).toMatchObject([{ external_id, quantity: 4 }])
    expectRefused(await member.post(free, { external_id: foreign }), 'external_id', 'not_found')
    const [hidden] = (await till.list(`/point-reservations?external_id=${foreign}`)).items
    const hiddenId = String(hidden?.points_reservation_id)
    expectNotFound(await member.get(`/point-reservations/${hiddenId}`), 'point-reservations', hiddenId)
    const forAnother = { external_id: unique(), customer_id: other, amount: 1 }
    expectRefused(await member.post(reserve, forAnother), 'customer_id', 'not_belong_to_logged_in_customer')
    expectNothing(await member.post(free, { external_id }))
  })
})
