import { describe, expect, it } from 'vitest'
import type { Fields } from '../client.ts'
import { expectNotAllowed, expectRefused, faultsOf, operator } from './cc.ts'
import { anId, aTime } from './conventions.ts'
import { endOfDayMonthsAfter, localIn, localNow, today } from './local-time.ts'
import { atOnce, givePoints, newCustomer, newVoucher, statusOf } from './loyalty.ts'
import { aMember } from './people.ts'
import { bill, cancelReply, send, summary } from './till.ts'

const set = '/customers/actions/set-status-record'

async function records(customerId: string, query = ''): Promise<readonly Fields[]> {
  return (await (await operator()).list(`/customers/${customerId}/status-records${query}`)).items
}

async function statusIds(customerId: string): Promise<readonly unknown[]> {
  return (await records(customerId)).map(({ status_id, state }) => `${status_id} ${state}`)
}

describe('statuses', () => {
  it('9.8: the chain, with every field', async () => {
    const till = await operator()
    const { items } = await till.list('/statuses')
    expect(items.map(({ status_id }) => status_id)).toEqual(['bronze', 'silver', 'gold'])
    expect(items[1]).toEqual({
      status_id: 'silver',
      name: 'Silver',
      description: '',
      qualification_period: 12,
      qualification_turnover: [],
      qualification_points: 500,
      previous_status: 'bronze',
      next_status: 'gold',
      validity_period: '12 months',
      collection_points: true,
      payment_points: true,
      qualification_type: 2,
      discount: 0,
      overall_discount_on_discounted_purchase_items: false,
      text_id: 'silver',
      last_change: expect.stringMatching(aTime),
    })
    expect(items[0]).toMatchObject({ previous_status: null, next_status: 'silver', qualification_type: 0 })
    expect(items[2]).toMatchObject({ previous_status: 'silver', next_status: null, qualification_type: 2 })
    expect((await till.list('/statuses?text_id=gold')).items).toHaveLength(1)
    expect(await till.read('/statuses/gold')).toEqual(items[2])
  })
})

describe('status records', () => {
  it('L102, L105: a new customer has the lowest status from creation on', async () => {
    const id = await newCustomer()
    const record = await statusOf(id)
    expect(record).toEqual({
      status_record_id: expect.stringMatching(anId),
      status_id: 'bronze',
      customer_id: id,
      valid_from: expect.stringMatching(aTime),
      valid_to: null,
      purchase_conditions: {
        keep_status_turnover: [],
        next_status_turnover: [],
        keep_status_points: 0,
        next_status_points: 500,
        next_status_id: 'silver',
      },
      last_change: expect.stringMatching(aTime),
      state: 1,
    })
    expect(String(record.valid_from).slice(0, 10)).toBe(today())
    expect(await records(id, '?valid_now=false')).toEqual([])
    expect((await statusOf(id)).status_record_id).toBe(record.status_record_id)
  })

  it('L102, L103, L104: whoever reaches the points rises at once, and the former record ends', async () => {
    const id = await newCustomer()
    const before = await statusOf(id)
    await givePoints(id, 499.99)
    expect(await statusOf(id)).toMatchObject({
      status_id: 'bronze',
      purchase_conditions: { next_status_points: 0.01 },
    })
    await givePoints(id, 0.01)
    const [ended, current] = await records(id)
    expect(ended).toMatchObject({ status_record_id: before.status_record_id, status_id: 'bronze', state: 2 })
    expect(current).toMatchObject({
      status_id: 'silver',
      valid_from: ended?.valid_to,
      valid_to: endOfDayMonthsAfter(today(), 12),
      state: 1,
    })
    expect(current?.purchase_conditions).toMatchObject({
      keep_status_points: 0,
      next_status_points: 1500,
      next_status_id: 'gold',
    })
    expect((await records(id, '?valid_now=true')).map(({ status_id }) => status_id)).toEqual(['silver'])
    expect((await records(id, '?valid_now=0')).map(({ status_id }) => status_id)).toEqual(['bronze'])
  })

  it('L103, L105: to the highest that is reached, over any between', async () => {
    const id = await newCustomer()
    await givePoints(id, 2500)
    expect(await statusIds(id)).toEqual(['bronze 2', 'gold 1'])
    expect((await statusOf(id)).purchase_conditions).toMatchObject({
      keep_status_points: 0,
      next_status_id: null,
      next_status_points: 0,
    })
  })

  it('L103: redeeming lowers nothing; transfers, synchronisations and returns count for nothing', async () => {
    const till = await operator()
    const [id, other] = [await newCustomer(), await newCustomer()]
    await givePoints(id, 499)
    await till.create('/points/actions/reduce-points', { amount: 100, customer_id: id, partner_id: 'acme' })
    const { id: voucherId } = await newVoucher(id, 'five-off')
    await till.remove(`/vouchers/${voucherId}`)
    const gift = { original_customer_id: id, new_customer_id: other, amount: 50, point_type_id: 'base' }
    await till.act('/points/actions/transfer-points', gift)
    await till.act('/points/actions/synchronize-points', { customer_id: id, amount: 5000 })
    await till.act('/points/actions/synchronize-points', { customer_id: other, amount: 5000 })
    expect((await statusOf(id)).purchase_conditions).toMatchObject({ next_status_points: 1 })
    expect((await statusOf(other)).purchase_conditions).toMatchObject({ next_status_points: 500 })
  })

  it('L103: the multiplier of the status held before a purchase counts for it', async () => {
    const id = await newCustomer()
    const earned = async (): Promise<unknown> => (await summary(await send(id, bill(500)))).earned_points
    expect(await earned()).toBe(500)
    expect((await statusOf(id)).status_id).toBe('silver')
    expect(await earned()).toBe(750)
    expect(await earned()).toBe(750)
    expect((await statusOf(id)).status_id).toBe('gold')
    expect(await earned()).toBe(1000)
  })

  it('L104: a cancellation that takes the points below the status ends it at once', async () => {
    const id = await newCustomer()
    const [first, second] = [bill(450), bill(60)]
    await send(id, first)
    await send(id, second)
    expect((await statusOf(id)).status_id).toBe('silver')
    await cancelReply(id, second)
    expect(await statusIds(id)).toEqual(['bronze 2', 'silver 2', 'bronze 1'])
    expect(await statusOf(id)).toMatchObject({
      valid_to: null,
      purchase_conditions: { next_status_points: 50 },
    })
  })

  it('L104: a cancellation that leaves enough points changes nothing', async () => {
    const id = await newCustomer()
    await givePoints(id, 500)
    const theBill = bill(100)
    await send(id, theBill)
    await cancelReply(id, theBill)
    expect(await statusIds(id)).toEqual(['bronze 2', 'silver 1'])
  })

  it('L104: what an operator set is raised, and not lowered before its end', async () => {
    const till = await operator()
    const id = await newCustomer()
    const theBill = bill(600)
    await send(id, theBill)
    const { status_record_id } = await till.calculate(set, { status_id: 'silver', customer_id: id })
    expect(await statusOf(id)).toMatchObject({ status_record_id, status_id: 'silver' })
    await cancelReply(id, theBill)
    expect(await statusOf(id)).toMatchObject({
      status_id: 'silver',
      purchase_conditions: { keep_status_points: 500, next_status_points: 2000 },
    })
    await givePoints(id, 2000)
    expect((await statusOf(id)).status_id).toBe('gold')
  })

  it('L104, L105: set-status-record takes a time, and also lowers', async () => {
    const till = await operator()
    const id = await newCustomer()
    await givePoints(id, 2000)
    const body = { status_id: 'bronze', customer_id: id, valid_from: '2026-02-01', valid_to: '2040-01-31' }
    await till.calculate(set, body)
    expect(await statusOf(id)).toMatchObject({
      status_id: 'bronze',
      valid_from: '2026-02-01 00:00:00',
      valid_to: '2040-01-31 23:59:59',
    })
    expect((await records(id, '?valid_now=true')).length).toBe(1)
    const gold = { status_id: 'gold', customer_id: id }
    await till.calculate(set, gold)
    expect(await statusOf(id)).toMatchObject({ valid_to: endOfDayMonthsAfter(today(), 12) })
  })

  it('L42, L43: what set-status-record refuses', async () => {
    const till = await operator()
    const id = await newCustomer()
    expect(faultsOf(await till.post(set, {}))).toEqual(['status_id: required', 'customer_id: required'])
    const unknown = { status_id: 'platinum', customer_id: '1' }
    expect(faultsOf(await till.post(set, unknown))).toEqual([
      'status_id: not_found',
      'customer_id: not_found',
    ])
    const ended = { status_id: 'gold', customer_id: id, valid_to: '2020-01-01' }
    expectRefused(await till.post(set, ended), 'valid_to', 'not_allowed_value')
    const backwards = { status_id: 'gold', customer_id: id, valid_from: localIn(-60), valid_to: localIn(-90) }
    expectRefused(await till.post(set, backwards), 'valid_to', 'not_allowed_value')
    expect(await statusIds(id)).toEqual(['bronze 1'])
  })

  it('L102: whatever sets it at once, exactly one record is valid', async () => {
    const till = await operator()
    const id = await newCustomer()
    await atOnce(12, async (index) => {
      if (index % 3 === 0) await givePoints(id, 400)
      else await till.calculate(set, { status_id: index % 2 ? 'gold' : 'silver', customer_id: id })
    })
    await statusOf(id)
    const all = await records(id, '?sort_field=valid_from&count=1000')
    expect(all.filter(({ state }) => state === 1)).toHaveLength(1)
    expect(all.filter(({ status_id }) => status_id === 'bronze').length).toBeGreaterThan(0)
    expect(localNow() >= String(all[0]?.valid_from)).toBe(true)
  })

  it('L28, L32: a customer reads the own records and sets none', async () => {
    const member = await aMember()
    const { items } = await member.list(`/customers/${member.id}/status-records?valid_now=true`)
    expect(items).toMatchObject([{ status_id: 'bronze' }])
    const refused = await member.get(`/customers/${await newCustomer()}/status-records`)
    expectRefused(refused, 'customer_id', 'not_belong_to_logged_in_customer')
    expectNotAllowed(await member.post(set, {}), 'customers', 'customer')
  })

  it('L3: …/statuses is served as …/status-records', async () => {
    const till = await operator()
    const id = await newCustomer()
    const { items } = await till.list(`/customers/${id}/statuses`, 'status_records')
    expect(items).toHaveLength(1)
  })
})
