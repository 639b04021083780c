import { describe, expect, it } from 'vitest'
import type { Fields } from '../client.ts'
import {
  backEnd,
  expectNotAllowed,
  expectNotFound,
  expectNothing,
  expectRefused,
  faultsOf,
  miles,
  operator,
} from './cc.ts'
import { anId, aTime } from './conventions.ts'
import { endOfDayAfter, localIn, localNow, today } from './local-time.ts'
import {
  customerWith,
  freePoints,
  givePoints,
  history,
  moved,
  newCustomer,
  pointsOf,
  provenBalance,
  setBalance,
  statusOf,
} from './loyalty.ts'
import { aMember } from './people.ts'
import { bill, send } from './till.ts'

const assign = '/points/actions/assign-points'
const reduce = '/points/actions/reduce-points'
const transfer = '/points/actions/transfer-points'
const synchronize = '/points/actions/synchronize-points'

describe('movements', () => {
  it('L95, L122: an addition opens a lot that ends after the days of its type', async () => {
    const id = await newCustomer()
    const pointId = await givePoints(id, 12.5, 'welcome')
    const point = {
      point_id: pointId,
      customer_id: id,
      assigned_points: 12.5,
      available_points: 12.5,
      point_type_id: 'base',
      partner_id: 'acme',
      valid_to: endOfDayAfter(today(), 365),
      created_at: expect.stringMatching(aTime),
      note: 'welcome',
      last_change: expect.stringMatching(aTime),
      state: 1,
    }
    expect(pointId).toMatch(anId)
    expect(await (await operator()).read(`/points/${pointId}`)).toEqual(point)
    expect(await pointsOf(id)).toEqual([point])
    expect(await history(id)).toEqual([
      {
        customer_id: id,
        point_amount: 12.5,
        point_operation_type: 'Points addition',
        point_operation_note: 'welcome',
        point_type_id: 'base',
        partner_id: 'acme',
        store_id: null,
        point_history_record_time: expect.stringMatching(aTime),
        extended_data: expect.any(String),
        last_change: expect.stringMatching(aTime),
      },
    ])
  })

  it('L122: without days a lot never ends', async () => {
    const api = backEnd(miles)
    const id = await newCustomer(miles)
    await api.act(synchronize, { customer_id: id, amount: 5 })
    expect((await api.list(`/points?customer_id=${id}`)).items).toMatchObject([{ valid_to: null, state: 1 }])
  })

  it('L95: a redemption is negative and opens no lot; the three sums are one', async () => {
    const till = await operator()
    const id = await newCustomer()
    await givePoints(id, 30)
    await givePoints(id, 20)
    const body = { amount: 35.25, customer_id: id, partner_id: 'acme', note: 'taken' }
    const pointId = await till.create(reduce, body)
    expect(await till.read(`/points/${pointId}`)).toMatchObject({
      assigned_points: -35.25,
      available_points: 0,
      note: 'taken',
    })
    expect((await pointsOf(id)).map(({ available_points }) => available_points)).toEqual([0, 14.75, 0])
    expect(await provenBalance(id)).toBe(14.75)
    expect(await freePoints(id)).toBe(14.75)
  })

  it('L96: an amount is above 0, and all that is unknown is told at once', async () => {
    const till = await operator()
    const id = await customerWith(10)
    for (const action of [assign, reduce]) {
      for (const amount of [0, -1, '-0.5', 0.004]) {
        const refused = await till.post(action, { amount, customer_id: id, partner_id: 'acme' })
        expectRefused(refused, 'amount', 'not_allowed_value')
      }
      const wrong = { amount: 'many', customer_id: '17', partner_id: 'nobody', point_type_id: 'gold' }
      expect((await till.post(action, wrong).then(faultsOf)).toSorted()).toEqual([
        'amount: invalid_value_format',
        'customer_id: not_found',
        'partner_id: not_found',
        'point_type_id: not_found',
      ])
      expect((await till.post(action, {}).then(faultsOf)).toSorted()).toEqual([
        'amount: required',
        'customer_id: required',
        'partner_id: required',
      ])
    }
    expect(await provenBalance(id)).toBe(10)
  })

  it('L51, L96: amounts are rounded half up to 2 places, and the default type is taken', async () => {
    const till = await operator()
    const id = await newCustomer()
    for (const amount of [21.499999999999996, '0.005', 1.005]) {
      await till.create(assign, { amount, customer_id: id, partner_id: 'gelato', point_type_id: 'base' })
    }
    const points = await pointsOf(id)
    expect(points.map(({ assigned_points }) => assigned_points)).toEqual([21.5, 0.01, 1.01])
    expect(points.map(({ partner_id }) => partner_id)).toEqual(['gelato', 'gelato', 'gelato'])
  })

  it('L97: more than is free is refused, and nothing moves', async () => {
    const till = await operator()
    const id = await customerWith(10)
    const body = { amount: 10.01, customer_id: id, partner_id: 'acme' }
    expectRefused(await till.post(reduce, body), 'amount', 'not_enough_points_for_payment')
    expect(await moved(id)).toEqual(['Points synchronization 10'])
  })

  it('L99: a transfer keeps the expiry of the lots, and counts for nobody as earned', async () => {
    const till = await operator()
    const [from, into] = [await newCustomer(), await newCustomer()]
    await givePoints(from, 600)
    const body = {
      original_customer_id: from,
      new_customer_id: into,
      amount: 550,
      point_type_id: 'base',
      note: 'gift',
    }
    expectNothing(await till.post(transfer, body))
    expect(await moved(from)).toEqual(['Points addition 600', 'Points transfer -550'])
    expect(await moved(into)).toEqual(['Points transfer 550'])
    const [sent] = await pointsOf(from)
    const received = await pointsOf(into)
    expect(received).toMatchObject([{ available_points: 550, valid_to: sent?.valid_to, note: 'gift' }])
    expect([await provenBalance(from), await provenBalance(into)]).toEqual([50, 550])
    expect((await statusOf(into)).status_id).toBe('bronze')
  })

  it('L99: a transfer to oneself, of too much, of nothing or without a type is refused', async () => {
    const till = await operator()
    const [from, into] = [await customerWith(10), await newCustomer()]
    const ask = (more: Fields) =>
      till.post(transfer, {
        original_customer_id: from,
        new_customer_id: into,
        amount: 1,
        point_type_id: 'base',
        ...more,
      })
    expectRefused(await ask({ new_customer_id: from }), 'new_customer_id', 'not_allowed_value')
    expectRefused(await ask({ amount: 11 }), 'amount', 'not_enough_points_for_payment')
    expectRefused(await ask({ amount: 0 }), 'amount', 'not_allowed_value')
    expectRefused(await ask({ new_customer_id: '1' }), 'new_customer_id', 'not_found')
    expectRefused(await ask({ point_type_id: '' }), 'point_type_id', 'required')
    expect([await freePoints(from), await freePoints(into)]).toEqual([10, 0])
  })

  it('L99: synchronize-points books the difference, in either direction and down to 0', async () => {
    const till = await operator()
    const id = await newCustomer()
    for (const amount of [25, 25, 10.5, 0]) await setBalance(id, amount)
    const kind = 'Points synchronization'
    expect((await moved(id)).filter((entry) => entry !== `${kind} 0`)).toEqual([
      `${kind} 25`,
      `${kind} -14.5`,
      `${kind} -10.5`,
    ])
    const body = { customer_id: id, amount: -1 }
    expectRefused(await till.post(synchronize, body), 'amount', 'not_allowed_value')
    expect((await statusOf(id)).status_id).toBe('bronze')
  })

  it('L99: less than what is reserved is refused', async () => {
    const till = await operator()
    const id = await customerWith(20)
    await till.act('/point-reservations/actions/reserve-points', {
      external_id: id,
      customer_id: id,
      amount: 15,
    })
    const body = { customer_id: id, amount: 14 }
    expectRefused(await till.post(synchronize, body), 'amount', 'not_enough_points_for_payment')
    expectNothing(await till.post(synchronize, { ...body, amount: 15 }))
    expect(await freePoints(id)).toBe(0)
  })
})

describe('lists of movements', () => {
  it('L39, L40: by customer, type and the time of booking', async () => {
    const till = await operator()
    const id = await newCustomer()
    const pointId = await givePoints(id, 5)
    const ids = async (query: string): Promise<readonly unknown[]> =>
      (await till.list(`/points?customer_id=${id}${query}`)).items.map(({ point_id }) => point_id)
    expect(await ids('&point_type_id=base')).toEqual([pointId])
    expect(await ids('&point_type_id=other')).toEqual([])
    const { created_at: at } = await till.read(`/points/${pointId}`)
    const time = encodeURIComponent(String(at))
    expect(await ids(`&create_point_time_from=${time}&create_point_time_to=${time}`)).toEqual([pointId])
    expect(await ids(`&create_point_time_from=${encodeURIComponent(localIn(3600))}`)).toEqual([])
    expect(await ids(`&create_point_time_to=${today()}`)).toEqual([pointId])
    expect((await till.list(`/customers/${id}/points`)).items).toEqual(
      (await till.list(`/points?customer_id=${id}`)).items,
    )
    for (const unknown of ['12345678', 'none']) {
      expectNotFound(await till.get(`/points/${unknown}`), 'points', unknown)
    }
  })

  it('L100: the history names the operation, and the purchase with what it came to', async () => {
    const till = await operator()
    const id = await newCustomer()
    await givePoints(id, 5, 'for a review')
    const theBill = bill(20)
    const purchaseId = await send(id, theBill)
    const records = await history(id)
    expect(records).toMatchObject([
      { point_operation_type: 'Points addition', store_id: null },
      { point_operation_type: 'Purchase', store_id: 'prague-hq', partner_id: 'acme', point_amount: 20 },
    ])
    expect(JSON.parse(String(records[1]?.extended_data))).toEqual({
      date_of_points_expiration: endOfDayAfter(today(), 365),
      external_purchase_id: theBill.bill_id,
      purchase_value: 20,
    })
    const amounts = async (query: string): Promise<readonly unknown[]> =>
      (await till.list(`/point-history?customer_id=${id}${query}`)).items.map(
        ({ point_amount }) => point_amount,
      )
    expect(await amounts('&point_operation_type=PURCHASE')).toEqual([20])
    expect(await amounts('&point_operation_type=points%20add')).toEqual([5])
    expect(await amounts('&point_operation_note=REVIEW')).toEqual([5])
    expect(await amounts('&store_id=prague-hq')).toEqual([20])
    expect(await amounts('&partner_id=gelato')).toEqual([])
    expect(await amounts(`&time_from=${encodeURIComponent(localIn(60))}`)).toEqual([])
    expect(await amounts(`&time_to=${encodeURIComponent(localNow())}`)).toEqual([5, 20])
    expect(await amounts('&sort_field=point_amount&sort_direction=DESC&count=1')).toEqual([20])
    expectRefused(await till.get('/point-history'), 'customer_id', 'required')
    const [, earned] = await pointsOf(id)
    const { items } = await till.list(`/points/${earned?.point_id}/purchases`)
    expect(items).toMatchObject([{ purchase_id: purchaseId, external_purchase_id: theBill.bill_id }])
    const [given] = await pointsOf(id)
    expect((await till.list(`/points/${given?.point_id}/purchases`)).items).toEqual([])
  })
})

describe('points on the customer interface', () => {
  it('L29, L30, L32: own movements alone; assigning and reducing is not for customers', async () => {
    const member = await aMember()
    const own = await givePoints(member.id, 5)
    const foreign = await givePoints(await newCustomer(), 5)
    expect((await member.list('/points')).items.map(({ point_id }) => point_id)).toEqual([own])
    expect((await member.list('/point-history')).items).toMatchObject([{ point_amount: 5 }])
    expectNotFound(await member.get(`/points/${foreign}`), 'points', foreign)
    expectNotAllowed(await member.post(assign, {}), 'points', 'customer')
    expectNotAllowed(await member.post(reduce, {}), 'points', 'customer')
    expectNotAllowed(await member.post(synchronize, {}), 'points', 'customer')
  })

  it('L28, L30: a customer gives away own points alone, to anybody', async () => {
    const [giver, other] = [await aMember(), await aMember()]
    await givePoints(giver.id, 10)
    await givePoints(other.id, 10)
    const body = { new_customer_id: other.id, amount: 4, point_type_id: 'base' }
    expectNothing(await giver.post(transfer, body))
    expect([await freePoints(giver.id), await freePoints(other.id)]).toEqual([6, 14])
    const stolen = { ...body, original_customer_id: other.id, new_customer_id: giver.id }
    expectRefused(
      await giver.post(transfer, stolen),
      'original_customer_id',
      'not_belong_to_logged_in_customer',
    )
  })

  it('L33: synchronize-points where the workspace allows it', async () => {
    const member = await aMember({}, {}, miles)
    expectNothing(await member.post(synchronize, { amount: 7 }))
    const overview = await member.read('/wallet/actions/points-overview')
    expect(overview.available_points).toBe(7)
  })
})
