import { randomInt } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Fields } from '../client.ts'
import { operator } from './cc.ts'
import { endOfDayAfter, today } from './local-time.ts'
import {
  customerWith,
  freePoints,
  givePoints,
  history,
  moved,
  newCustomer,
  newVoucher,
  pointsOf,
  provenBalance,
  setBalance,
  sum,
  wallet,
} from './loyalty.ts'
import { bill, cancelReply, purchaseOf, recap, send, sendReply } from './till.ts'

const operations = [
  'Points addition',
  'Points redemption',
  'Purchase',
  'Purchase payment',
  'Purchase cancellation',
  'Voucher',
  'Voucher refund',
  'Points transfer',
  'Points synchronization',
  'Points expiration',
  'Points debt settlement',
]

describe('rules of the ledger', () => {
  it('L95, L100, L121: after anything that may happen the sums are one, and nothing is changed later', async () => {
    const till = await operator()
    const [id, other] = [await newCustomer(), await newCustomer()]
    const sent: Fields[] = []
    let known: readonly Fields[] = []
    for (let step = 0; step < 40; step++) {
      const amount = randomInt(1, 20_000) / 100
      const body = { amount, customer_id: id, partner_id: 'acme' }
      const steps: readonly (() => Promise<unknown>)[] = [
        () => till.post('/points/actions/assign-points', body),
        () => till.post('/points/actions/reduce-points', body),
        () => till.post('/points/actions/synchronize-points', { customer_id: id, amount }),
        () => till.post('/rewards/quarter-off/actions/create-voucher', { customer_id: id }),
        () =>
          till.post('/points/actions/transfer-points', {
            original_customer_id: id,
            new_customer_id: other,
            amount,
            point_type_id: 'base',
          }),
        async () => {
          const theBill = { ...bill(amount), ...recap(randomInt(0, 50)) }
          if ((await sendReply(id, theBill)).status === 201) sent.push(theBill)
        },
        async () => {
          const theBill = sent.pop()
          if (theBill) expect((await cancelReply(id, theBill)).status).toBe(201)
        },
      ]
      await steps[randomInt(steps.length)]?.()
      const records = await history(id)
      expect(records.slice(0, known.length)).toEqual(known)
      known = records
    }
    const balance = await provenBalance(id)
    expect(balance).toBeGreaterThanOrEqual(0)
    expect(await freePoints(id)).toBe(balance)
    await provenBalance(other)
    for (const { point_operation_type } of known) expect(operations).toContain(point_operation_type)
    const { earned_points, redeemed_points } = await wallet(id)
    expect(Number(earned_points)).toBeGreaterThanOrEqual(0)
    expect(Number(redeemed_points)).toBeGreaterThanOrEqual(0)
  })

  it('L122: spending takes from the lot that expires first, then the older one', async () => {
    const till = await operator()
    const [giver, id] = [await newCustomer(), await newCustomer()]
    await givePoints(id, 10, 'older')
    await givePoints(id, 10, 'younger')
    await givePoints(giver, 10, 'transferred')
    await till.create('/points/actions/reduce-points', { amount: 15, customer_id: id, partner_id: 'acme' })
    const left = (await pointsOf(id)).map(({ note, available_points }) => [note, available_points])
    expect(left.slice(0, 2)).toEqual([
      ['older', 0],
      ['younger', 5],
    ])
    for (const { valid_to, available_points } of await pointsOf(id)) {
      if (Number(available_points) > 0) expect(valid_to).toBe(endOfDayAfter(today(), 365))
    }
  })

  it('L122: what was paid comes back to the lots it was taken from', async () => {
    const id = await newCustomer()
    await givePoints(id, 10)
    await givePoints(id, 20)
    const before = (await pointsOf(id)).map(({ available_points }) => available_points)
    const theBill = { ...bill(50), ...recap(25) }
    await send(id, theBill)
    expect((await pointsOf(id)).map(({ available_points }) => available_points)).toEqual([0, 5, 0, 48])
    await cancelReply(id, theBill)
    const after = (await pointsOf(id)).map(({ available_points }) => available_points)
    expect(after).toEqual([...before, 0, 0, 0, 0])
  })

  it('L124: a refused bill left nothing behind, whatever of it was good', async () => {
    const till = await operator()
    const id = await customerWith(300)
    const { id: voucherId, code } = await newVoucher(id, 'five-off')
    const before = [await moved(id), await till.read(`/vouchers/${voucherId}`)]
    const theBill = { ...bill(50), ...recap(201, [code, 'QUARTER-OFF', 'ONE-EACH']) }
    expect((await sendReply(id, theBill)).status).toBe(400)
    expect([await moved(id), await till.read(`/vouchers/${voucherId}`)]).toEqual(before)
    expect(await purchaseOf(theBill.bill_id)).toBeUndefined()
    expect((await till.list(`/customers/${id}/vouchers`)).total).toBe(1)
    // The bill is as good as new: corrected, it is taken under the same id.
    await send(id, { ...theBill, ...recap(0, [code]) })
  })

  it('L124: a refused transfer left nothing with either', async () => {
    const till = await operator()
    const [from, into] = [await customerWith(10), await newCustomer()]
    const body = { original_customer_id: from, new_customer_id: into, amount: 10.01, point_type_id: 'base' }
    expect((await till.post('/points/actions/transfer-points', body)).status).toBe(400)
    expect([await moved(from), await moved(into)]).toEqual([['Points synchronization 10'], []])
  })

  it('L121: amounts add up exactly, however small', async () => {
    const id = await newCustomer()
    const amounts = Array.from({ length: 12 }, (_, index) => (index % 3) / 10 + 0.01)
    for (const amount of amounts) await givePoints(id, amount)
    expect(await provenBalance(id)).toBe(sum(amounts))
    await setBalance(id, 0)
    expect(await provenBalance(id)).toBe(0)
  })
})
