import { describe, expect, it } from 'vitest'
import type { Fields } from '../client.ts'
import { backEnd, createdId, expectRefused } from './cc.ts'
import { customerWith, freePoints, newCustomer } from './loyalty.ts'
import { bill, cancelReply, purchaseOf, recap, send } from './till.ts'

describe('what a cancelling bill says beside which bill it cancels', () => {
  const cancelled = async (more: Fields): Promise<void> => {
    const id = await customerWith(100)
    const theBill = bill(20, recap(40))
    await send(id, theBill)
    const reply = await cancelReply(id, theBill, more)
    expect(reply.status, JSON.stringify(more)).toBe(201)
    expect(await freePoints(id)).toBe(100)
  }

  it('L113: payment data is ignored, negated and broken ones as well', async () => {
    for (const payment_recap of [
      { credit_points: -40, vouchers: [{ code: 'gone', discount_value: -5 }] },
      { vouchers: [{ code: null }] },
      { credit_points: 1e14, amount_for_credit: 'all' },
      'cash',
    ]) {
      await cancelled({ payment_recap })
    }
    await cancelled({ payment_type: 'X' })
  })

  it('L113, S20: the customer is the original’s, whoever is named and whether anybody has that id', async () => {
    for (const named of ['1234567890123456', await newCustomer()]) {
      const id = await newCustomer()
      const theBill = bill(20)
      await send(id, theBill)
      expect((await cancelReply(named, theBill)).status).toBe(201)
      expect((await purchaseOf(`C${theBill.bill_id}`))?.customer_id).toBe(id)
      expect(await freePoints(id)).toBe(0)
    }
  })

  it('L117: a bill that cancels nothing still names a customer there is', async () => {
    const till = backEnd()
    const sent = { store_id: 'prague-hq', customer_id: '1234567890123456', bill: bill(5) }
    for (const action of ['send-purchase', 'accept-payment']) {
      expectRefused(await till.post(`/purchases/actions/${action}`, sent), 'customer_id', 'not_found')
    }
    const asked = { ...sent, bill: { ...sent.bill, canceled: true } }
    expectRefused(await till.post('/purchases/actions/accept-payment', asked), 'customer_id', 'not_found')
  })

  it('L113, 9.9: all that it moves in points is its own, and the original keeps what was its own', async () => {
    const till = backEnd()
    const id = await customerWith(300)
    const theBill = bill(20, recap(40, ['GLOB-10']))
    const original = await send(id, theBill)
    const moved = async (purchase: string) => {
      const { items } = await till.list(`/purchases/${purchase}/points`)
      return items.map(({ assigned_points }) => Number(assigned_points)).toSorted((a, b) => a - b)
    }
    const before = await moved(original)
    const cancelling = await cancelReply(id, theBill)
    expect(await moved(original)).toEqual(before)
    expect(await moved(createdId(cancelling))).toEqual(before.map((points) => -points).toReversed())
  })
})
