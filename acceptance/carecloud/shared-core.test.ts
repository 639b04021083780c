import { describe, expect, it } from 'vitest'
import { type Fields, jsonOf, type Reply } from '../client.ts'
import { person, v1, v2 } from '../crossengage/xng.ts'
import { newToken, readMe, sendEvent, verified } from '../extole/extole.ts'
import { codeOf, friendOf, rewardsOf } from '../extole/referral.ts'
import { signJwt } from '../extole/sign-jwt.ts'
import { uniqueEmail } from '../unique.ts'
import { until } from '../until.ts'
import { expectNotFound, listOf, operator } from './cc.ts'
import {
  freePoints,
  givePoints,
  moved,
  newVoucher,
  provenBalance,
  setBalance,
  statusOf,
  withdrawAll,
} from './loyalty.ts'
import { bill, cancelReply, recap, send, sendReply, summary } from './till.ts'

/** Waits until a customer has so many vouchers, and gives them. */
async function vouchersOf(customerId: string, total: number): Promise<readonly Fields[]> {
  const till = await operator()
  const ask = (): Promise<Reply> => till.get(`/customers/${customerId}/vouchers`)
  return listOf(await until(ask, (reply) => listOf(reply).total >= total)).items
}

/** The customer id of whoever has an e-mail. */
async function customerOf(email: string): Promise<string> {
  const { items } = await (await operator()).list(`/customers?email=${encodeURIComponent(email)}`)
  expect(items).toHaveLength(1)
  return String(items[0]?.customer_id)
}

describe('one customer in three APIs', () => {
  it('S7, S8, L59: who is made by one is the same person in the others', async () => {
    const user = person({ firstName: 'Ada', lastName: 'Lovelace' })
    await v2.store(user)
    const token = await newToken({ jwt: await signJwt({ email: user.email, partner_user_id: user.id }) })
    const { id } = await readMe(token)
    expect(await (await operator()).read(`/customers/${id}`)).toMatchObject({
      customer_id: id,
      personal_information: { first_name: 'Ada', last_name: 'Lovelace', email: user.email },
    })
    expect((await statusOf(String(id))).status_id).toBe('bronze')
    await givePoints(String(id), 5)
    expect(await freePoints(String(id))).toBe(5)
  })

  it('S8, S29, L85: a voucher that is bought here is a reward of extole, by one id and code', async () => {
    const { id, token } = await verified()
    await setBalance(id, 100)
    const { id: voucherId, code } = await newVoucher(id, 'five-off')
    const theReward = async (): Promise<Fields | undefined> => (await rewardsOf(token))[0]
    expect(await theReward()).toMatchObject({
      id: voucherId,
      reward_id: voucherId,
      reward_name: 'five-off',
      code,
      state: 'FULFILLED',
      redeemed_date: null,
    })
    const theBill = { ...bill(20), ...recap(0, [code]) }
    await send(id, theBill)
    expect(await theReward()).toMatchObject({ state: 'REDEEMED', redeemed_date: expect.any(String) })
    await cancelReply(id, theBill)
    expect(await theReward()).toMatchObject({ state: 'FULFILLED', redeemed_date: null })
    await (await operator()).remove(`/vouchers/${voucherId}`)
    expect(await theReward()).toMatchObject({ state: 'REVOKED' })
  })

  it('S29, S30, L111: a purchase converts a friend, and the till takes what both are granted', async () => {
    const ann = await verified()
    const friend = await friendOf(await codeOf(ann.token))
    await send(friend.id, bill(20))
    const [ofFriend] = await vouchersOf(friend.id, 1)
    const [ofAnn] = await vouchersOf(ann.id, 1)
    expect(ofFriend).toMatchObject({ value: null, state: 1, reward: { reward_id: 'ten-percent' } })
    expect(ofAnn).toMatchObject({ value: 10, state: 1, reward: { reward_id: 'ten-euro' } })
    expect((await rewardsOf(ann.token))[0]).toMatchObject({ reward_id: ofAnn?.voucher_id, code: ofAnn?.code })
    const purchaseId = await send(ann.id, { ...bill(30), ...recap(0, [String(ofAnn?.code)]) })
    expect(await summary(purchaseId)).toMatchObject({ earned_points: 20 })
    const stolen = await sendReply(ann.id, { ...bill(30), ...recap(0, [String(ofFriend?.code)]) })
    expect(stolen.status).toBe(400)
  })

  it('S29, L85: granted points are an addition and no voucher, in both APIs', async () => {
    const ann = await verified()
    const friend = await friendOf(await codeOf(ann.token, 'bring-two'))
    await sendEvent(friend.token, 'bought_two')
    const till = await operator()
    const path = `/point-history?customer_id=${friend.id}`
    await until(
      () => till.get(path),
      (reply) => listOf(reply).total === 1,
    )
    expect(await moved(friend.id)).toEqual(['Points addition 50'])
    expect((await till.list(path)).items).toMatchObject([{ partner_id: 'acme', point_type_id: 'base' }])
    expect((await till.list(`/vouchers?customer_id=${friend.id}`)).total).toBe(0)
    const rewards = await rewardsOf(friend.token)
    expect(rewards.map(({ reward_name }) => reward_name)).toEqual(['fifty-points'])
    const voucherId = String(rewards[0]?.reward_id)
    expectNotFound(await till.get(`/vouchers/${voucherId}`), 'vouchers', voucherId)
  })

  it('S9, S19: who was absorbed brings points, vouchers and purchases, and the old id names the survivor', async () => {
    const till = await operator()
    const [lead, user] = [uniqueEmail('lead'), person()]
    expect((await v1.leads({ updated: [{ email: lead }] })).status).toBe(200)
    await v2.store(user)
    const [leadId, userId] = [await customerOf(lead), await customerOf(user.email)]
    await setBalance(leadId, 130)
    const { id: voucherId } = await newVoucher(leadId, 'five-off')
    const theBill = bill(40)
    const purchaseId = await send(leadId, theBill)
    await setBalance(userId, 7)
    await v2.store({ id: user.id, email: lead })
    expect(await till.read(`/customers/${leadId}`)).toMatchObject({ customer_id: userId })
    expect(await till.read(`/vouchers/${voucherId}`)).toMatchObject({ customer_id: userId })
    expect(await till.read(`/purchases/${purchaseId}`)).toMatchObject({ customer_id: userId })
    expect(await provenBalance(userId)).toBe(30 + 40 + 7)
    expect(await freePoints(leadId)).toBe(77)
    // What the one did is undone with the other.
    expect((await cancelReply(userId, theBill)).status).toBe(201)
    await till.remove(`/vouchers/${voucherId}`)
    expect(await provenBalance(leadId)).toBe(137)
    await statusOf(userId)
  })
})

describe('erasure', () => {
  it('S20: ends the customer, frees what was not used, and keeps purchases without the person', async () => {
    const till = await operator()
    await withdrawAll('last-one')
    const user = person()
    await v2.store(user)
    const id = await customerOf(user.email)
    await setBalance(id, 100)
    const { id: voucherId, code } = await newVoucher(id, 'last-one')
    const { card_id } = await till.calculate('/cards/actions/assign-free-card', {
      card_type_id: 'plastic',
      customer_id: id,
    })
    const theBill = bill(40)
    const purchaseId = await send(id, theBill)
    await till.act('/point-reservations/actions/reserve-points', {
      external_id: id,
      customer_id: id,
      amount: 10,
    })
    await v2.erase(user.id)

    expectNotFound(await till.get(`/customers/${id}`), 'customers', id)
    expectNotFound(await till.get(`/customers/${id}/points`), 'customers', id)
    expectNotFound(await till.get(`/vouchers/${voucherId}`), 'vouchers', voucherId)
    expect((await till.list(`/vouchers?code=${code}`)).total).toBe(0)
    const spend = { amount: 1, customer_id: id, partner_id: 'acme' }
    expect((await till.post('/points/actions/assign-points', spend)).status).toBe(400)
    expect(await till.read(`/purchases/${purchaseId}`)).toMatchObject({ customer_id: null, total_price: 40 })
    expect(await summary(purchaseId)).toMatchObject({ earned_points: 40 })
    const card = await till.read(`/cards/${card_id}`)
    expect(card).toMatchObject({ customer_id: null, state: 0 })
    const free = { card_number: card.card_number }
    expect(await till.calculate('/cards/actions/validate-free-card', free)).toEqual({ is_free_to_use: false })
    // A bill of somebody who is gone can still be cancelled, and stays nobody's.
    expect((await cancelReply(undefined, theBill)).status).toBe(201)
    const body = { store_id: 'prague-hq', external_purchase_id: theBill.bill_id }
    const assigned = { ...body, customer_id: (await verified()).id }
    expect(jsonOf(await till.post('/purchases/actions/assign-customer', assigned))).toMatchObject({
      error: { error_data: { invalid_params: [{ name: 'customer_id', reason: 'already_exists' }] } },
    })
    // The one of the stock is there again.
    const { id: next } = await verified()
    await setBalance(next, 1)
    await newVoucher(next, 'last-one')
    await withdrawAll('last-one')
  })
})
