import { describe, expect, it } from 'vitest'
import { unique } from '../unique.ts'
import {
  expectNotAllowed,
  expectNotFound,
  expectNothing,
  expectRefused,
  miles,
  newDevice,
  operator,
} from './cc.ts'
import { localIn, localNow, today } from './local-time.ts'
import { customerWith, newVoucher, setBalance } from './loyalty.ts'
import { aMember } from './people.ts'

const create = (rewardId: string): string => `/rewards/${rewardId}/actions/create-voucher`

describe('vouchers on the customer interface', () => {
  it('L29, L30: own vouchers alone, in every list', async () => {
    const member = await aMember()
    await setBalance(member.id, 300)
    const own = await newVoucher(member.id, 'five-off')
    const foreign = await newVoucher(await customerWith(100), 'five-off')
    const ids = async (path: string): Promise<readonly unknown[]> =>
      (await member.list(path)).items.map(({ voucher_id }) => voucher_id)
    expect(await ids('/vouchers')).toEqual([own.id])
    expect(await ids('/rewards/five-off/vouchers')).toEqual([own.id])
    expect(await ids(`/customers/${member.id}/vouchers`)).toEqual([own.id])
    expect(await ids(`/vouchers?code=${foreign.code}`)).toEqual([])
    const path = `/vouchers/${foreign.id}`
    expectNotFound(await member.get(path), 'vouchers', foreign.id)
    expectNotFound(await member.remove(path), 'vouchers', foreign.id)
    const applied = await member.post(`${path}/actions/apply-voucher`, { date_applied: localNow() })
    expectNotFound(applied, 'vouchers', foreign.id)
    expect((await (await operator()).read(path)).state).toBe(1)
    expect(await (await newDevice()).list('/vouchers')).toEqual({ items: [], total: 0 })
  })

  it('L28, L30, L87: a customer buys for the own points, whatever code is given', async () => {
    const member = await aMember()
    await setBalance(member.id, 100)
    const code = unique('MINE')
    const voucherId = await member.create(create('five-off'), { code })
    const voucher = await member.read(`/vouchers/${voucherId}`)
    expect(voucher).toMatchObject({ customer_id: member.id, code: expect.stringMatching(/^FIVE-/) })
    const forAnother = { customer_id: await customerWith(100) }
    const refused = await member.post(create('five-off'), forAnother)
    expectRefused(refused, 'customer_id', 'not_belong_to_logged_in_customer')
    expectRefused(await member.post(create('five-off'), {}), 'reward_id', 'not_enough_points_for_voucher')
    expectNothing(await member.remove(`/vouchers/${voucherId}`))
    expect(await member.read('/wallet/actions/points-overview')).toMatchObject({ available_points: 100 })
    expectRefused(await (await newDevice()).post(create('five-off'), {}), 'customer_id', 'required')
  })

  it('L32, L33: free vouchers and changing them are guarded, until the workspace allows them', async () => {
    const member = await aMember()
    expectNotAllowed(await member.post(create('ten-percent'), {}), 'rewards', 'customer')
    const { id } = await newVoucher(member.id, 'ten-percent')
    expectNotAllowed(await member.put(`/vouchers/${id}`, {}), 'vouchers', 'customer')
    const free = await aMember({}, {}, miles)
    const voucherId = await free.create(create('for-nothing'), {})
    expectNothing(await free.put(`/vouchers/${voucherId}`, { voucher: { note: 'for Ada' } }))
    expect(await free.read(`/vouchers/${voucherId}`)).toMatchObject({ note: 'for Ada' })
  })

  it('L89: a customer uses a voucher now, and cannot date its use to when it was good', async () => {
    const member = await aMember()
    await setBalance(member.id, 200)
    const over = await newVoucher(member.id, 'five-off')
    const dates = { valid_from: '2026-01-01', valid_to: '2026-01-31' }
    expectNothing(await (await operator()).put(`/vouchers/${over.id}`, { voucher: dates }))
    const apply = (id: string, date_applied: string) =>
      member.post(`/vouchers/${id}/actions/apply-voucher`, { date_applied })
    expectRefused(await apply(over.id, '2026-01-15 12:00:00'), 'voucher_id', 'voucher_expired')
    const good = await newVoucher(member.id, 'five-off')
    expectNothing(await apply(good.id, localIn(-3600)))
    const { applied_date } = await member.read(`/vouchers/${good.id}`)
    expect(String(applied_date).slice(0, 10)).toBe(today())
    expectRefused(await apply(good.id, localNow()), 'voucher_id', 'voucher_already_applied')
  })
})
