import { describe, expect, it } from 'vitest'
import { unique } from '../unique.ts'
import { expectNotFound, expectNothing, expectRefused, faultsOf, operator } from './cc.ts'
import { anId, aTime } from './conventions.ts'
import { endOfDayAfter, localNow, today } from './local-time.ts'
import {
  customerWith,
  freePoints,
  moved,
  newCustomer,
  newVoucher,
  provenBalance,
  withdrawAll,
} from './loyalty.ts'

const create = (rewardId: string): string => `/rewards/${rewardId}/actions/create-voucher`
const apply = (voucherId: string): string => `/vouchers/${voucherId}/actions/apply-voucher`

describe('create-voucher', () => {
  it('L86, L88: takes the cost from the points, and gives a voucher with every field', async () => {
    const till = await operator()
    const id = await customerWith(250)
    const { id: voucherId, code } = await newVoucher(id, 'five-off', { note: 'for Ada' })
    const voucher = await till.read(`/vouchers/${voucherId}`)
    expect(voucher).toEqual({
      voucher_id: voucherId,
      customer_id: id,
      store_id: null,
      code,
      value: 5,
      applied_date: null,
      valid_from: expect.stringMatching(aTime),
      valid_to: endOfDayAfter(today(), 14),
      reward_group: '1',
      note: 'for Ada',
      reward: await till.read('/rewards/five-off'),
      created_at: voucher.valid_from,
      last_change: expect.stringMatching(aTime),
      state: 1,
    })
    expect(String(voucher.valid_from).slice(0, 10)).toBe(today())
    expect(voucherId).toMatch(anId)
    expect(await moved(id)).toEqual(['Points synchronization 250', 'Voucher -100'])
    expect(await freePoints(id)).toBe(150)
  })

  it('L86: every refusal names reward_id, and nothing moves', async () => {
    const till = await operator()
    const id = await customerWith(99)
    const refused = async (rewardId: string, reason: string): Promise<void> =>
      expectRefused(await till.post(create(rewardId), { customer_id: id }), 'reward_id', reason)
    await refused('five-off', 'not_enough_points_for_voucher')
    await refused('gone', 'voucher_cant_be_applied_by_date')
    await refused('not-yet', 'voucher_cant_be_applied_by_date')
    await refused('fifty-points', 'not_allowed_value')
    await refused('mere-thanks', 'not_allowed_value')
    await newVoucher(id, 'one-each')
    await refused('one-each', 'max_number_of_voucher_exceeded')
    expect(await provenBalance(id)).toBe(79)
    expect((await till.list(`/vouchers?customer_id=${id}`)).total).toBe(1)
  })

  it('L86, S28: an exhausted stock refuses everybody, and a withdrawn voucher gives its place back', async () => {
    const till = await operator()
    await withdrawAll('last-two')
    const [first, second, third] = await Promise.all([customerWith(9), customerWith(9), customerWith(9)])
    const one = await newVoucher(first, 'last-two')
    await newVoucher(second, 'last-two')
    const refused = await till.post(create('last-two'), { customer_id: third })
    expectRefused(refused, 'reward_id', 'max_number_of_voucher_exceeded')
    expectNothing(await till.remove(`/vouchers/${one.id}`))
    await newVoucher(third, 'last-two')
    await withdrawAll('last-two')
    expect(await Promise.all([first, second, third].map(freePoints))).toEqual([9, 9, 9])
  })

  it('L42, L43: what is missing or unknown', async () => {
    const till = await operator()
    expectRefused(await till.post(create('five-off'), {}), 'customer_id', 'required')
    expectRefused(await till.post(create('five-off'), { customer_id: '1' }), 'customer_id', 'not_found')
    expectNotFound(await till.post(create('nothing-such'), {}), 'rewards', 'nothing-such')
  })

  it('L87, S29: codes follow the pattern, else are 10 letters and digits; each is unique', async () => {
    const id = await customerWith(1000)
    const codes = []
    for (let n = 0; n < 5; n++) codes.push((await newVoucher(id, 'five-off')).code)
    for (const code of codes) expect(code).toMatch(/^FIVE-[A-Z0-9]{6}$/)
    expect(new Set(codes).size).toBe(5)
    expect((await newVoucher(id, 'big-off')).code).toMatch(/^[A-Z0-9]{10}$/)
  })

  it('L87: codes of a pool go in its order, and an empty pool is an exhausted stock', async () => {
    const till = await operator()
    const pool = ['POOL-7Q', 'POOL-2B', 'POOL-9X', 'POOL-4K']
    const issued = await till.list('/rewards/pooled/vouchers?count=1000')
    const id = await customerWith(100)
    for (const code of pool.slice(issued.total)) expect((await newVoucher(id, 'pooled')).code).toBe(code)
    const refused = await till.post(create('pooled'), { customer_id: id })
    expectRefused(refused, 'reward_id', 'max_number_of_voucher_exceeded')
    const { items } = await till.list('/rewards/pooled/vouchers?count=1000')
    expect(items.map(({ code }) => code)).toEqual(pool)
  })

  it('L87: an operator may name the code; one that is taken, in a pool or a reward own is refused', async () => {
    const till = await operator()
    const id = await customerWith(1000)
    const code = unique('OWN')
    expect((await newVoucher(id, 'big-off', { code })).code).toBe(code)
    for (const taken of [code, 'POOL-4K', 'FIVE-OFF']) {
      const refused = await till.post(create('five-off'), { customer_id: id, code: taken })
      expectRefused(refused, 'code', 'already_exists')
    }
    expect(await freePoints(id)).toBe(990)
  })

  it('L88, S28: a voucher ends on the last of its days, at most with the reward, else never', async () => {
    const till = await operator()
    const id = await customerWith(100)
    const endOf = async (rewardId: string): Promise<unknown> =>
      (await till.read(`/vouchers/${(await newVoucher(id, rewardId)).id}`)).valid_to
    expect(await endOf('until-june')).toBe('2040-06-30 23:59:59')
    expect(await endOf('ten-percent')).toBeNull()
    expect(await endOf('free-scoop')).toBe(endOfDayAfter(today(), 14))
  })

  it('L88: value is the reward value, or null', async () => {
    const till = await operator()
    const id = await newCustomer()
    const { id: withoutValue } = await newVoucher(id, 'ten-percent')
    expect(await till.read(`/vouchers/${withoutValue}`)).toMatchObject({ value: null, reward_group: '4' })
  })
})

describe('lists of vouchers', () => {
  it('L85: one list holds them all, by customer, reward, code and store', async () => {
    const till = await operator()
    const id = await customerWith(1000)
    const five = await newVoucher(id, 'five-off')
    const brno = await newVoucher(id, 'brno-only')
    const free = await newVoucher(id, 'ten-percent')
    const codes = async (query: string): Promise<readonly unknown[]> =>
      (await till.list(`/vouchers?customer_id=${id}${query}`)).items.map(({ code }) => code)
    expect(await codes('')).toEqual([five.code, brno.code, free.code])
    expect(await codes('&reward_id[]=five-off&reward_id[]=ten-percent')).toEqual([five.code, free.code])
    expect(await codes('&reward_id=brno-only')).toEqual([brno.code])
    expect(await codes(`&code=${free.code}`)).toEqual([free.code])
    expect(await codes('&store_id=prague-hq')).toEqual([five.code, free.code])
    expect(await codes('&sort_field=created_at&sort_direction=DESC')).toEqual([
      free.code,
      brno.code,
      five.code,
    ])
    expect(await codes('&count=1&offset=1')).toEqual([brno.code])
    const below = await till.list(`/customers/${id}/vouchers?reward_id=brno-only&without_stores=false`)
    expect(below.items[0]?.reward).toMatchObject({
      store_list: [expect.objectContaining({ store_id: 'brno' })],
    })
    const ofReward = await till.list(`/rewards/brno-only/vouchers?customer_id=${id}`)
    expect(ofReward.items.map(({ code }) => code)).toEqual([brno.code])
    expect((await till.list(`/vouchers/${five.id}/property-records`)).items).toEqual([])
  })

  it('L88: is_valid compares the dates, is_applied the application', async () => {
    const till = await operator()
    const id = await customerWith(1000)
    const used = await newVoucher(id, 'five-off')
    const over = await newVoucher(id, 'five-off')
    const open = await newVoucher(id, 'five-off')
    await till.act(apply(used.id), { date_applied: localNow() })
    expectNothing(
      await till.put(`/vouchers/${over.id}`, {
        voucher: { valid_from: '2026-01-01', valid_to: '2026-01-31' },
      }),
    )
    const ids = async (query: string): Promise<readonly unknown[]> =>
      (await till.list(`/customers/${id}/vouchers?${query}`)).items.map(({ voucher_id }) => voucher_id)
    expect(await ids('is_valid=true')).toEqual([used.id, open.id])
    expect(await ids('is_valid=0')).toEqual([over.id])
    expect(await ids('is_applied=1')).toEqual([used.id])
    expect(await ids('is_applied=false&is_valid=true')).toEqual([open.id])
    const states = (await till.list(`/customers/${id}/vouchers`)).items.map(({ state }) => state)
    expect(states).toEqual([2, 2, 1])
  })

  it('L41: a voucher that never was is 404', async () => {
    const till = await operator()
    for (const unknown of ['1', '99999999999999999999', 'no-number']) {
      expectNotFound(await till.get(`/vouchers/${unknown}`), 'vouchers', unknown)
    }
  })
})

describe('PUT /vouchers/{id}', () => {
  it('9.5: replaces dates and note; what is left out is unset', async () => {
    const till = await operator()
    const { id } = await newVoucher(await customerWith(100), 'five-off', { note: 'old' })
    expectNothing(
      await till.put(`/vouchers/${id}`, {
        voucher: { valid_from: '2026-11-01', valid_to: '2039-12-31', note: 'new' },
      }),
    )
    expect(await till.read(`/vouchers/${id}`)).toMatchObject({
      valid_from: '2026-11-01 00:00:00',
      valid_to: '2039-12-31 23:59:59',
      note: 'new',
    })
    expectNothing(await till.put(`/vouchers/${id}`, { voucher: {} }))
    const bare = await till.read(`/vouchers/${id}`)
    expect(bare).toMatchObject({ valid_from: bare.created_at, valid_to: null, note: null })
    expectRefused(await till.put(`/vouchers/${id}`, {}), 'voucher', 'required')
    const wrong = { voucher: { valid_from: 'soon', valid_to: 'later' } }
    expect(faultsOf(await till.put(`/vouchers/${id}`, wrong))).toEqual([
      'valid_from: invalid_value_format',
      'valid_to: invalid_value_format',
    ])
  })
})

describe('apply-voucher', () => {
  it('L89: once', async () => {
    const till = await operator()
    const { id } = await newVoucher(await customerWith(100), 'five-off')
    const at = localNow()
    expectNothing(await till.post(apply(id), { date_applied: at, store_id: 'brno' }))
    expect(await till.read(`/vouchers/${id}`)).toMatchObject({
      applied_date: at,
      store_id: 'brno',
      value: 5,
      state: 2,
    })
    expectRefused(await till.post(apply(id), { date_applied: at }), 'voucher_id', 'voucher_already_applied')
  })

  it('L89: not past its dates, and not in a store that the reward does not name', async () => {
    const till = await operator()
    const id = await customerWith(300)
    const over = await newVoucher(id, 'five-off')
    await till.put(`/vouchers/${over.id}`, { voucher: { valid_from: '2026-01-01', valid_to: '2026-01-31' } })
    expectRefused(
      await till.post(apply(over.id), { date_applied: localNow() }),
      'voucher_id',
      'voucher_expired',
    )
    const brno = await newVoucher(id, 'brno-only')
    const there = { date_applied: localNow(), store_id: 'prague-hq' }
    expectRefused(await till.post(apply(brno.id), there), 'store_id', 'voucher_cant_be_used_in_store')
    expect(await till.read(`/vouchers/${brno.id}`)).toMatchObject({ state: 1, applied_date: null })
    expectNothing(await till.post(apply(brno.id), { ...there, store_id: 'brno' }))
  })

  it('L42: date_applied is required, an unknown store is refused, an unknown voucher is 404', async () => {
    const till = await operator()
    const { id } = await newVoucher(await customerWith(100), 'five-off')
    expectRefused(await till.post(apply(id), {}), 'date_applied', 'required')
    const nowhere = { date_applied: localNow(), store_id: 'nowhere' }
    expectRefused(await till.post(apply(id), nowhere), 'store_id', 'not_found')
    expectNotFound(await till.post(apply('1'), {}), 'vouchers', '1')
  })
})

describe('DELETE /vouchers/{id}', () => {
  it('L90: an unused voucher is gone, its points are back, and its limit is free', async () => {
    const till = await operator()
    const id = await customerWith(30)
    const { id: voucherId, code } = await newVoucher(id, 'one-each')
    expectNothing(await till.remove(`/vouchers/${voucherId}`))
    expectNotFound(await till.get(`/vouchers/${voucherId}`), 'vouchers', voucherId)
    expectNotFound(await till.remove(`/vouchers/${voucherId}`), 'vouchers', voucherId)
    expectNotFound(await till.post(apply(voucherId), { date_applied: localNow() }), 'vouchers', voucherId)
    expect((await till.list(`/vouchers?code=${code}`)).total).toBe(0)
    expect(await moved(id)).toEqual(['Points synchronization 30', 'Voucher -20', 'Voucher refund 20'])
    expect(await provenBalance(id)).toBe(30)
    await newVoucher(id, 'one-each')
  })

  it('L90: the points return to the lots they came from, with their old expiry', async () => {
    const till = await operator()
    const id = await customerWith(100)
    const before = (await till.list(`/points?customer_id=${id}`)).items[0]
    const { id: voucherId } = await newVoucher(id, 'five-off')
    await till.remove(`/vouchers/${voucherId}`)
    const after = (await till.list(`/points?customer_id=${id}`)).items
    expect(after[0]).toEqual(before)
    expect(after.map(({ available_points }) => available_points)).toEqual([100, 0, 0])
  })

  it('L90: an applied one stays', async () => {
    const till = await operator()
    const id = await customerWith(100)
    const { id: voucherId } = await newVoucher(id, 'five-off')
    await till.act(apply(voucherId), { date_applied: localNow() })
    expectRefused(await till.remove(`/vouchers/${voucherId}`), 'voucher_id', 'voucher_already_applied')
    expect(await freePoints(id)).toBe(0)
  })
})
