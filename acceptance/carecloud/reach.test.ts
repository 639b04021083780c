import { describe, expect, it } from 'vitest'
import type { Fields } from '../client.ts'
import { unique, uniqueEmail } from '../unique.ts'
import { backEnd, type Client, createdId, expectNotFound, expectRefused, newDevice, other } from './cc.ts'
import { aCustomer, aMember, logIn, logOut, password, personalOf } from './people.ts'

const outOfReach = 'not_belong_to_logged_in_customer'

/** Below a customer on C. */
const below = [
  'property-records',
  'interest-records',
  'customer-source-records',
  'addresses',
  'purchases',
  'points',
  'vouchers',
  'cards',
  'events',
  'rewards',
  'reward-recommendations',
  'segment-records',
  'status-records',
]

describe('customers', () => {
  it('L27: a token reaches whom it created until somebody logs in', async () => {
    const device = await newDevice()
    const made = [1, 2].map(() =>
      device.create('/customers', { personal_information: { email: uniqueEmail() } }),
    )
    const ids = await Promise.all(made)
    for (const id of ids) {
      expect((await device.read(`/customers/${id}`)).customer_id).toBe(id)
      const record = { interest_record: { interest_id: 'books', customer_id: id } }
      createdId(await device.post(`/customers/${id}/interest-records`, record))
    }
    const { items } = await device.list('/customers')
    expect(items.map(({ customer_id }) => customer_id).sort()).toEqual([...ids].sort())
    const another = await aCustomer({}, { password })
    expect(await logIn(device, another.email)).toBe(200)
    for (const id of ids) expectRefused(await device.get(`/customers/${id}`), 'customer_id', outOfReach)
    await logOut(device)
    for (const id of [...ids, another.id])
      expectRefused(await device.get(`/customers/${id}`), 'customer_id', outOfReach)
    expect((await device.list('/customers')).total).toBe(0)
  })

  it('L27: another token reaches none of them', async () => {
    const device = await newDevice()
    const id = await device.create('/customers', { personal_information: { email: uniqueEmail() } })
    expectRefused(await (await newDevice()).get(`/customers/${id}`), 'customer_id', outOfReach)
    expectRefused(await (await aMember()).get(`/customers/${id}`), 'customer_id', outOfReach)
  })

  it('L27: a failed login ends nothing', async () => {
    const device = await newDevice()
    const id = await device.create('/customers', { personal_information: { email: uniqueEmail() } })
    expect(await logIn(device, uniqueEmail())).toBe(401)
    expect((await device.get(`/customers/${id}`)).status).toBe(200)
  })

  it('L28: somebody else in a path is 400, existing or not, in one answer', async () => {
    const stranger = (await aCustomer()).id
    const member = await aMember()
    const device = await newDevice()
    for (const caller of [member, device]) {
      for (const id of [stranger, '1', 'nonsense', '9223372036854775807', '~', `${stranger}0`]) {
        for (const path of ['', ...below.map((name) => `/${name}`)]) {
          expectRefused(await caller.get(`/customers/${id}${path}`), 'customer_id', outOfReach)
        }
      }
      expectRefused(
        await caller.put(`/customers/${stranger}`, { personal_information: {} }),
        'customer_id',
        outOfReach,
      )
    }
  })

  it('L28: in a query and in a body, by the name of the field that held it', async () => {
    const stranger = (await aCustomer()).id
    const member = await aMember()
    for (const path of [
      '/cards',
      '/vouchers',
      '/points',
      '/purchases',
      '/events',
      '/point-reservations',
      '/customer-source-records',
      '/point-history',
      '/wallet/actions/points-overview',
      '/wallet/actions/points-expiration-overview',
      '/wallet/actions/sales-turnover',
      '/wallet/actions/credits-overview',
      '/rewards/actions/reward-recommendations',
    ]) {
      for (const id of [stranger, '1'])
        expectRefused(await member.get(`${path}?customer_id=${id}`), 'customer_id', outOfReach)
    }
    expectRefused(await member.get(`/customers?customer_ids[]=${stranger}`), 'customer_ids', outOfReach)
    const body = { customer_id: stranger, external_id: unique(), amount: 1 }
    expectRefused(
      await member.post('/point-reservations/actions/reserve-points', body),
      'customer_id',
      outOfReach,
    )
    expectRefused(
      await member.post('/rewards/ten-euro/actions/create-voucher', { customer_id: stranger }),
      'customer_id',
      outOfReach,
    )
    expectRefused(
      await member.post('/cards/actions/assign-free-card', {
        card_type_id: 'plastic',
        customer_id: stranger,
      }),
      'customer_id',
      outOfReach,
    )
    expectRefused(
      await member.post('/points/actions/transfer-points', {
        original_customer_id: stranger,
        new_customer_id: member.id,
        amount: 1,
        point_type_id: 'base',
      }),
      'original_customer_id',
      outOfReach,
    )
  })

  it('L28: only new_customer_id of a transfer may be somebody else', async () => {
    const [member, friend] = [await aMember(), await aCustomer()]
    const points = { amount: 10, customer_id: member.id, partner_id: 'acme' }
    createdId(await backEnd().post('/points/actions/assign-points', points))
    const transfer = { original_customer_id: member.id, amount: 4, point_type_id: 'base' }
    await member.act('/points/actions/transfer-points', { ...transfer, new_customer_id: friend.id })
    expectRefused(
      await member.post('/points/actions/transfer-points', { ...transfer, new_customer_id: '1' }),
      'new_customer_id',
      'not_found',
    )
  })

  it('L28: with a stranger in its body, a record under one’s own path is refused', async () => {
    const [member, stranger] = [await aMember(), await aCustomer()]
    const record = { interest_record: { interest_id: 'books', customer_id: stranger.id } }
    const reply = await member.post(`/customers/${member.id}/interest-records`, record)
    expectRefused(reply, 'customer_id', outOfReach)
  })

  it('L30: GET /customers of a logged-in token is exactly that customer', async () => {
    const [member, stranger] = [await aMember(), await aCustomer({ first_name: 'Ann' })]
    const { items, total } = await member.list('/customers')
    expect([items.map(({ customer_id }) => customer_id), total]).toEqual([[member.id], 1])
    for (const query of [`email=${stranger.email}`, 'first_name=Ann', `email_list[]=${stranger.email}`])
      expect(await member.list(`/customers?${query}`)).toEqual({ items: [], total: 0 })
  })

  it('L28: whoever is not reached was not changed', async () => {
    const stranger = await aCustomer({ first_name: 'Ann' })
    const member = await aMember()
    await member.put(`/customers/${stranger.id}`, { personal_information: { first_name: 'Mallory' } })
    await member.post(`/customers/${stranger.id}/interest-records`, {
      interest_record: { interest_id: 'books' },
    })
    expect(await personalOf(stranger.id)).toMatchObject({ first_name: 'Ann', email: stranger.email })
    expect((await backEnd().list(`/customers/${stranger.id}/interest-records`)).total).toBe(0)
  })
})

describe('records', () => {
  /** One record of each kind that has an id of its own. */
  async function recordsOf(owner: string): Promise<Readonly<Record<string, string>>> {
    const back = backEnd()
    createdId(
      await back.post('/points/actions/assign-points', {
        amount: 500,
        customer_id: owner,
        partner_id: 'acme',
      }),
    )
    const external_id = unique('reservation')
    await back.act('/point-reservations/actions/reserve-points', {
      external_id,
      customer_id: owner,
      amount: 1,
    })
    const bill = {
      bill_id: unique('bill'),
      payment_time: '2026-03-10 15:05:49',
      currency_id: 'EUR',
      total_price: 5,
      bill_items: [{ bill_item_id: '1', paid_amount: 5 }],
    }
    const purchase = { store_id: 'prague-hq', customer_id: owner, bill }
    const idOf = async (path: string, name: string) => String((await back.list(path)).items[0]?.[name])
    return {
      purchases: await back.create('/purchases/actions/send-purchase', purchase),
      vouchers: await back.create('/rewards/ten-euro/actions/create-voucher', { customer_id: owner }),
      cards: String(
        (
          await back.calculate('/cards/actions/assign-free-card', {
            card_type_id: 'plastic',
            customer_id: owner,
          })
        ).card_id,
      ),
      points: await idOf(`/points?customer_id=${owner}`, 'point_id'),
      'point-reservations': await idOf(`/point-reservations?customer_id=${owner}`, 'points_reservation_id'),
    }
  }

  it('L29, L31: another customer’s record is 404 as if it did not exist; one’s own is there', async () => {
    const owner = await aMember()
    const stranger = await aMember()
    const device = await newDevice()
    const records = await recordsOf(owner.id)
    for (const [collection, id] of Object.entries(records)) {
      expect((await owner.get(`/${collection}/${id}`)).status, collection).toBe(200)
      for (const caller of [stranger, device] as Client[])
        expectNotFound(await caller.get(`/${collection}/${id}`), collection, id)
    }
    for (const path of [
      `/purchases/${records.purchases}/purchase-items`,
      `/purchases/${records.purchases}/points`,
      `/purchases/${records.purchases}/vouchers`,
      `/purchases/${records.purchases}/actions/payment-summary`,
      `/points/${records.points}/purchases`,
      `/vouchers/${records.vouchers}/property-records`,
    ]) {
      expect((await owner.get(path)).status, path).toBe(200)
      expect((await stranger.get(path)).status, path).toBe(404)
    }
    expectNotFound(await stranger.remove(`/vouchers/${records.vouchers}`), 'vouchers', records.vouchers ?? '')
    const apply = { date_applied: '2026-03-10' }
    const applied = await stranger.post(`/vouchers/${records.vouchers}/actions/apply-voucher`, apply)
    expectNotFound(applied, 'vouchers', records.vouchers ?? '')
    expect((await owner.read(`/vouchers/${records.vouchers}`)).state).toBe(1)
  })

  it('L29: records below one’s own path that are another’s are 404', async () => {
    const [owner, stranger] = [await aMember(), await aMember()]
    const address = { additional_address: { address_type: 'billing', address: { city: 'Brno' } } }
    const addressId = await owner.create(`/customers/${owner.id}/addresses`, address)
    const interest = { interest_record: { interest_id: 'books' } }
    const interestId = await owner.create(`/customers/${owner.id}/interest-records`, interest)
    const mine = `/customers/${stranger.id}`
    expectNotFound(await stranger.get(`${mine}/addresses/${addressId}`), 'addresses', addressId)
    expectNotFound(await stranger.put(`${mine}/addresses/${addressId}`, address), 'addresses', addressId)
    expectNotFound(
      await stranger.remove(`${mine}/interest-records/${interestId}`),
      'interest-records',
      interestId,
    )
    expectNotFound(await backEnd().get(`${mine}/addresses/${addressId}`), 'addresses', addressId)
    const record = `wedding_date:${owner.id}`
    expectNotFound(await stranger.remove(`${mine}/property-records/${record}`), 'property-records', record)
  })

  it('L30: lists without customer_id hold the records of the reachable customers, else none', async () => {
    const owner = await aMember()
    await recordsOf(owner.id)
    const device = await newDevice()
    for (const path of [
      '/purchases',
      '/vouchers',
      '/cards',
      '/points',
      '/point-reservations',
      '/customers',
    ]) {
      const own = await owner.list(path)
      expect(own.total, path).toBeGreaterThan(0)
      expect(own.items.every(({ customer_id }) => customer_id === owner.id)).toBe(true)
      expect(await device.list(path), path).toEqual({ items: [], total: 0 })
    }
    for (const path of ['/customer-source-records', '/events'])
      expect(await device.list(path), path).toEqual({ items: [], total: 0 })
  })

  it('L30: where customer_id is required, C takes the logged-in customer', async () => {
    const member = await aMember()
    const points = { amount: 7, customer_id: member.id, partner_id: 'acme' }
    createdId(await backEnd().post('/points/actions/assign-points', points))
    expect(await member.read('/wallet/actions/points-overview')).toMatchObject({ available_points: 7 })
    expect((await member.list('/point-history')).total).toBe(1)
    for (const path of [
      '/wallet/actions/points-expiration-overview',
      '/wallet/actions/sales-turnover',
      '/wallet/actions/credits-overview',
      '/wallet/actions/credits-expiration-overview',
    ])
      await member.read(path)
    const reservation = { external_id: unique(), amount: 2 }
    await member.act('/point-reservations/actions/reserve-points', reservation)
    expect(await member.read('/wallet/actions/points-overview')).toMatchObject({ available_points: 5 })
    const card = await member.calculate('/cards/actions/assign-free-card', { card_type_id: 'plastic' })
    expect(await member.read(`/cards/${card.card_id}`)).toMatchObject({ customer_id: member.id })
  })

  it('L30: on E a required customer_id stays required, and with nobody logged in it is too', async () => {
    expectRefused(await backEnd().get('/wallet/actions/points-overview'), 'customer_id', 'required')
    expectRefused(await (await newDevice()).get('/point-history'), 'customer_id', 'required')
  })

  it('L31: reference data is readable by every valid token', async () => {
    const device = await newDevice()
    const member = await aMember()
    for (const path of [
      '/stores',
      '/interests',
      '/rewards',
      '/agreements',
      '/customer-sources',
      '/customer-properties',
      '/statuses',
      '/partners',
      '/card-types',
      '/countries',
      '/event-types',
      '/rewards/tags',
    ]) {
      const { items, total } = await device.list(path)
      expect(total, path).toBeGreaterThan(0)
      expect(await member.list(path)).toEqual({ items, total })
    }
  })
})

it('L28, S3: a customer of another workspace is nobody', async () => {
  const there = await aCustomer({}, {}, other)
  const member = await aMember()
  expectRefused(await member.get(`/customers/${there.id}`), 'customer_id', outOfReach)
  expectNotFound(await backEnd().get(`/customers/${there.id}`), 'customers', there.id)
  const found = await backEnd().list(`/customers?email=${encodeURIComponent(there.email)}`)
  expect(found.total).toBe(0)
  const body = { interest_record: { interest_id: 'books' } as Fields }
  expectNotFound(await backEnd().post(`/customers/${there.id}/interest-records`, body), 'customers', there.id)
})
