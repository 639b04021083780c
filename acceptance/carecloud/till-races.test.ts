import { randomInt } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createdId, expectNotAllowed, faultsOf, newDevice, operator } from './cc.ts'
import {
  atOnce,
  countByStatus,
  customerWith,
  freePoints,
  givePoints,
  moved,
  newCustomer,
  newVoucher,
  pointsOf,
  provenBalance,
  statusOf,
  sum,
} from './loyalty.ts'
import {
  atTill,
  bill,
  cancelling,
  cancelReply,
  closed,
  purchaseOf,
  quote,
  recap,
  send,
  sendReply,
} from './till.ts'

const refusedWith = (replies: readonly Parameters<typeof faultsOf>[0][]): readonly string[] => [
  ...new Set(replies.filter(({ status }) => status === 400).flatMap((reply) => faultsOf(reply))),
]

describe('two tills', () => {
  it('L112: the same bill 20 times at once is booked once', async () => {
    const id = await customerWith(500)
    const { code } = await newVoucher(id, 'five-off')
    const theBill = { ...bill(60), ...recap(100, [code, 'QUARTER-OFF']) }
    const replies = await atOnce(20, () => sendReply(id, theBill))
    expect(countByStatus(replies)).toEqual({ 201: 1, 400: 19 })
    expect(refusedWith(replies)).toEqual(['bill_id: already_exists'])
    expect(await provenBalance(id)).toBe(500 - 100 - 100 - 40 + 36)
    expect((await (await operator()).list(`/purchases?customer_id=${id}`)).total).toBe(1)
  })

  it('L112: the same bill for different customers at once is one of theirs', async () => {
    const people = await atOnce(10, () => newCustomer())
    const theBill = bill(60)
    const replies = await Promise.all(people.map((id) => sendReply(id, theBill)))
    expect(countByStatus(replies)).toEqual({ 201: 1, 400: 9 })
    expect(sum(await Promise.all(people.map(freePoints)))).toBe(60)
  })

  it('L113: a bill that is cancelled 20 times at once is cancelled once', async () => {
    const id = await newCustomer()
    await givePoints(id, 200)
    const theBill = { ...bill(60), ...recap(100, ['QUARTER-OFF']) }
    await send(id, theBill)
    const same = await atOnce(10, () => cancelReply(id, theBill))
    const others = await atOnce(10, (index) =>
      cancelReply(id, theBill, { bill_id: `C${index}-${theBill.bill_id}`, bill_number: theBill.bill_id }),
    )
    expect(countByStatus([...same, ...others])).toEqual({ 201: 1, 400: 19 })
    expect(await provenBalance(id)).toBe(200)
    expect((await (await operator()).list(`/customers/${id}/vouchers`)).total).toBe(0)
  })

  it('L112, L113: a bill and its cancellation at once leave all or nothing', async () => {
    for (let round = 0; round < 5; round++) {
      const id = await customerWith(100)
      const theBill = { ...bill(60), ...recap(100) }
      const [sent, cancelled] = await Promise.all([sendReply(id, theBill), cancelReply(id, theBill)])
      expect(sent.status).toBe(201)
      expect(await provenBalance(id)).toBe(cancelled.status === 201 ? 100 : 55)
    }
  })

  it('L123: points that two tills spend at once are spent once', async () => {
    const id = await customerWith(100)
    const replies = await atOnce(12, () =>
      sendReply(id, { ...bill(10, { payment_type: 'D' }), ...recap(30) }),
    )
    expect(countByStatus(replies)).toEqual({ 201: 3, 400: 9 })
    expect(refusedWith(replies)).toEqual(['credit_points: not_enough_points_for_payment'])
    expect(await provenBalance(id)).toBe(10)
  })

  it('L103, L123: bills of one customer at once earn as if one came after the other', async () => {
    const id = await newCustomer()
    const replies = await atOnce(12, () => sendReply(id, bill(250)))
    expect(countByStatus(replies)).toEqual({ 201: 12 })
    // Two make silver, four more at 375 make gold, and the rest is doubled.
    const earned = [250, 250, 375, 375, 375, 375, ...Array.from({ length: 6 }, () => 500)]
    const amounts = (await pointsOf(id)).map(({ assigned_points }) => Number(assigned_points))
    expect(amounts.toSorted((a, b) => a - b)).toEqual(earned)
    expect((await statusOf(id)).status_id).toBe('gold')
    expect(await provenBalance(id)).toBe(sum(earned))
  })

  it('L123: tills, transfers, reservations and cancellations at once add up', async () => {
    const till = await operator()
    const people = await atOnce(4, () => customerWith(1000))
    const somebody = (): string => people[randomInt(people.length)] ?? ''
    await atOnce(80, async (index) => {
      const id = somebody()
      switch (index % 5) {
        case 0: {
          const theBill = { ...bill(randomInt(1, 40)), ...recap(randomInt(0, 60)) }
          if ((await sendReply(id, theBill)).status === 201) await cancelReply(id, theBill)
          return
        }
        case 1:
          await sendReply(id, { ...bill(randomInt(1, 40)), ...recap(randomInt(0, 60), ['BIG-OFF']) })
          return
        case 2:
          await till.post('/points/actions/transfer-points', {
            original_customer_id: id,
            new_customer_id: somebody(),
            amount: randomInt(1, 100),
            point_type_id: 'base',
          })
          return
        case 3:
          await till.post('/point-reservations/actions/reserve-points', {
            external_id: `mixed-${id}-${index}`,
            customer_id: id,
            amount: randomInt(1, 50),
          })
          return
        default:
          await till.post('/rewards/quarter-off/actions/create-voucher', { customer_id: id })
      }
    })
    for (const id of people) {
      const { items } = await till.list(`/point-reservations?customer_id=${id}`)
      const reserved = sum(items.filter(({ state }) => state === 1).map(({ quantity }) => quantity))
      expect(await freePoints(id)).toBe(sum([await provenBalance(id), -reserved]))
    }
  })

  it('L114, L123: cancellations and earnings at once leave no balance below 0', async () => {
    const till = await operator()
    const id = await newCustomer()
    const bills = await atOnce(6, async () => {
      const theBill = bill(50)
      await send(id, theBill)
      return theBill
    })
    await till.create('/points/actions/reduce-points', { amount: 280, customer_id: id, partner_id: 'acme' })
    await Promise.all([
      ...bills.map((theBill) => cancelReply(id, theBill)),
      ...Array.from({ length: 4 }, () => givePoints(id, 100)),
    ])
    // 300 earned and cancelled, 280 spent, 400 given.
    expect(await provenBalance(id)).toBe(120)
  })
})

describe('the till flow', () => {
  it('L109–L113: recommended, accept-payment, send-purchase, cancel', async () => {
    const till = await operator()
    const id = await newCustomer()
    await givePoints(id, 480)
    const theBill = bill(87.6)
    const recommended = await till.calculate(
      '/purchases/actions/recommended-best-rewards',
      atTill(id, theBill, { reward_list_type: 'C', cashdesk_number: '7' }),
    )
    const offered = recommended.recommended_best_rewards as { readonly code: string }[]
    const codes = ['FIVE-OFF', 'QUARTER-OFF']
    expect(offered.map(({ code }) => code)).toEqual(expect.arrayContaining(codes))
    const quoted = await quote(id, theBill, { max_points: 200, benefit_codes: codes })
    // 87.60 − 5 = 82.60; − 20.65 = 61.95; 200 points pay 10; floor(51.95) points.
    expect(quoted).toMatchObject({
      credit_points: 200,
      price_of_credit_points: 10,
      vouchers: [{ discount_value: 5 }, { discount_value: 20.65 }],
      credit_points_of_this_transaction: 51,
      total_credit_points: 480 - 140 - 200 + 51,
    })
    const sent = closed(theBill, quoted)
    const purchaseId = createdId(await sendReply(id, sent))
    expect(await freePoints(id)).toBe(191)
    expect((await statusOf(id)).status_id).toBe('silver')
    expect(await purchaseOf(theBill.bill_id)).toMatchObject({ purchase_id: purchaseId })
    await send(id, cancelling(sent))
    expect(await provenBalance(id)).toBe(480)
    expect((await statusOf(id)).status_id).toBe('bronze')
    expect(await moved(id)).toHaveLength(9)
  })

  it('L25, L26: no till without a credential, and none on the customer interface', async () => {
    const device = await newDevice()
    expectNotAllowed(await device.post('/purchases/actions/send-purchase', {}), 'purchases', 'customer')
    expect(await device.list('/purchases')).toEqual({ items: [], total: 0 })
  })
})
