import { describe, expect, it } from 'vitest'
import { unique } from '../unique.ts'
import { expectRefused, faultsOf, operator } from './cc.ts'
import {
  freePoints,
  givePoints,
  moved,
  newCustomer,
  newVoucher,
  pointsOf,
  provenBalance,
  statusOf,
} from './loyalty.ts'
import { assign, atTill, bill, cancelling, cancelReply, recap, send, sendReply } from './till.ts'

describe('cancelling', () => {
  it('L113: reverses the original exactly', async () => {
    const till = await operator()
    const id = await newCustomer()
    await givePoints(id, 300)
    const { id: voucherId, code } = await newVoucher(id, 'five-off')
    const before = await till.read(`/vouchers/${voucherId}`)
    const [lot] = await pointsOf(id)
    const theBill = { ...bill(250), ...recap(150, [code, 'QUARTER-OFF']) }
    const purchaseId = await send(id, theBill)
    expect(await provenBalance(id)).toBe(10 + 176)
    const cancelled = await till.create('/purchases/actions/send-purchase', atTill(id, cancelling(theBill)))
    expect(cancelled).not.toBe(purchaseId)
    expect(await provenBalance(id)).toBe(200)
    expect((await pointsOf(id))[0]).toEqual(lot)
    const { last_change: _, ...same } = before
    expect(await till.read(`/vouchers/${voucherId}`)).toMatchObject(same)
    expect((await till.list(`/customers/${id}/vouchers`)).total).toBe(1)
    expect((await moved(id)).slice(5).toSorted()).toEqual([
      'Purchase cancellation -176',
      'Purchase cancellation 150',
      'Voucher refund 40',
    ])
    expect(await till.read(`/wallet/actions/sales-turnover?customer_id=${id}`)).toEqual({ turnover: [] })
    const { items } = await till.list(`/purchases?customer_id=${id}`)
    expect(items.map(({ purchase_id, total_price }) => [purchase_id, total_price])).toEqual([
      [purchaseId, 250],
      [cancelled, 250],
    ])
  })

  it('L113: bill_number names the original; customer and amounts are the original ones', async () => {
    const till = await operator()
    const id = await newCustomer()
    const theBill = bill(50)
    await send(id, theBill)
    const other = bill(7, { canceled: '1', bill_number: theBill.bill_id, ...recap(1000, ['NO-SUCH']) })
    const purchaseId = await send(await newCustomer(), { ...other, payment_type: 'C' })
    expect(await till.read(`/purchases/${purchaseId}`)).toMatchObject({
      customer_id: id,
      total_price: 50,
      currency_id: 'EUR',
      external_purchase_id: other.bill_id,
    })
    expect(await provenBalance(id)).toBe(0)
  })

  it('L112, L113: an unknown original, one that was cancelled, and a cancellation are refused', async () => {
    const id = await newCustomer()
    const theBill = bill(50)
    expectRefused(await cancelReply(id, theBill), 'bill_number', 'not_found')
    await send(id, theBill)
    expect((await cancelReply(id, theBill)).status).toBe(201)
    // The same cancelling bill again is known by its own id, whatever became of the original.
    expectRefused(await cancelReply(id, theBill), 'bill_id', 'already_exists')
    const again = { bill_id: unique('again'), bill_number: theBill.bill_id }
    expectRefused(await cancelReply(id, theBill, again), 'bill_number', 'already_exists')
    const ofCancellation = { bill_id: unique('again'), bill_number: `C${theBill.bill_id}` }
    expectRefused(await cancelReply(id, theBill, ofCancellation), 'bill_number', 'not_found')
    expect(await provenBalance(id)).toBe(0)
  })

  it('L112, L113: retried and reordered, each of a bill and its cancellation happens once', async () => {
    const id = await newCustomer()
    const theBill = bill(50)
    // The cancellation is there first: nothing to cancel yet; then both are repeated in any order.
    expect((await cancelReply(id, theBill)).status).toBe(400)
    expect((await sendReply(id, theBill)).status).toBe(201)
    expect((await cancelReply(id, theBill)).status).toBe(201)
    for (const reply of [
      await sendReply(id, theBill),
      await cancelReply(id, theBill),
      await sendReply(id, theBill),
    ]) {
      expect(faultsOf(reply)).toEqual(['bill_id: already_exists'])
    }
    expect(await provenBalance(id)).toBe(0)
    expect(await moved(id)).toEqual(['Purchase 50', 'Purchase cancellation -50'])
  })

  it('L113, L116: an anonymous bill is cancelled too, and earns nothing for whoever is named later', async () => {
    const till = await operator()
    const theBill = bill(50)
    await send(undefined, theBill)
    expect((await cancelReply(undefined, theBill)).status).toBe(201)
    const id = await newCustomer()
    const body = { store_id: 'prague-hq', external_purchase_id: theBill.bill_id, customer_id: id }
    await till.post(assign, body)
    expect(await freePoints(id)).toBe(0)
  })

  it('L114: earned points that were spent are owed, and settled by the next ones', async () => {
    const till = await operator()
    const id = await newCustomer()
    const theBill = bill(100)
    await send(id, theBill)
    await till.create('/points/actions/reduce-points', { amount: 70, customer_id: id, partner_id: 'acme' })
    expect((await cancelReply(id, theBill)).status).toBe(201)
    expect(await provenBalance(id)).toBe(0)
    await givePoints(id, 50)
    expect(await provenBalance(id)).toBe(0)
    await givePoints(id, 50)
    expect(await provenBalance(id)).toBe(30)
    expect(await moved(id)).toEqual([
      'Purchase 100',
      'Points redemption -70',
      'Purchase cancellation -30',
      'Points addition 50',
      'Points debt settlement -50',
      'Points addition 50',
      'Points debt settlement -20',
    ])
    expect((await statusOf(id)).purchase_conditions).toMatchObject({ next_status_points: 400 })
  })
})
