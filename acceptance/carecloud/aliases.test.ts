import { describe, expect, it } from 'vitest'
import { describeReply, type Fields } from '../client.ts'
import { unique } from '../unique.ts'
import { acme, backEnd, carecloud, createdId, expectNothing, listOf, newDevice, operator } from './cc.ts'
import { aCustomer, aMember } from './people.ts'
import { master, prefixes, under } from './prefixes.ts'

describe('aliases', () => {
  const record = (name: string, fields: Fields) => ({ [name]: fields })

  it.each(['interst-records', 'interests'])('L3: /customers/{id}/%s is interest-records', async (alias) => {
    const member = await aMember()
    for (const client of [backEnd(), member]) {
      const made = await client.post(
        `/customers/${member.id}/${alias}`,
        record('interest_record', { interest_id: client === member ? 'books' : 'ice-cream' }),
      )
      const id = createdId(made)
      const { items } = listOf(await client.get(`/customers/${member.id}/${alias}`), 'interest_records')
      expect(items).toEqual((await client.list(`/customers/${member.id}/interest-records`)).items)
      expect(items.map(({ interest_record_id }) => interest_record_id)).toContain(id)
      const other = record('interest_record', { interest_id: client === member ? 'books' : 'ice-cream' })
      expectNothing(await client.put(`/customers/${member.id}/${alias}/${id}`, other))
      expectNothing(await client.remove(`/customers/${member.id}/${alias}/${id}`))
    }
  })

  it('L3: /customers/{id}/properties is property-records, with batch', async () => {
    const { id } = await aCustomer()
    const back = backEnd()
    const made = record('property_record', { property_id: 'shoe_size', property_value: 42 })
    expect(createdId(await back.post(`/customers/${id}/properties`, made), /./)).toBe(`shoe_size:${id}`)
    const two = { property_records: [{ property_id: 'contact_person', property_value: 'Bob' }] }
    expectNothing(await back.post(`/customers/${id}/properties/batch`, two))
    const { items } = listOf(await back.get(`/customers/${id}/properties`), 'property_records')
    expect(items).toEqual((await back.list(`/customers/${id}/property-records`)).items)
    expect(items).toHaveLength(2)
    const changed = record('property_record', { property_value: 43 })
    expectNothing(await back.put(`/customers/${id}/properties/shoe_size:${id}`, changed))
    expectNothing(await back.remove(`/customers/${id}/properties/shoe_size:${id}`))
  })

  it('L3: /customers/{id}/sources and /statuses', async () => {
    const source = { customer_source_id: 'eshop', external_id: unique() }
    const { id } = await aCustomer({}, { customer_source: source })
    const back = backEnd()
    const sources = listOf(await back.get(`/customers/${id}/sources`), 'customer_source_records')
    expect(sources.items).toEqual((await back.list(`/customers/${id}/customer-source-records`)).items)
    expect(sources.items).toEqual([expect.objectContaining(source)])
    const second = { customer_source_record: { customer_source_id: 'pos', external_id: unique() } }
    createdId(await back.post(`/customers/${id}/sources`, second))
    const statuses = listOf(await back.get(`/customers/${id}/statuses`), 'status_records')
    expect(statuses).toEqual(await back.list(`/customers/${id}/status-records`))
    expect(statuses.items).toHaveLength(1)
  })

  it('L3: /cusomer-sources and its items', async () => {
    const back = backEnd()
    expect(listOf(await back.get('/cusomer-sources'), 'customer_sources')).toEqual(
      await back.list('/customer-sources'),
    )
    expect(await back.read('/cusomer-sources/eshop')).toEqual(await back.read('/customer-sources/eshop'))
  })

  it('L3: /consents is /agreements, and the list key stays agreements', async () => {
    const back = backEnd()
    expect(listOf(await back.get('/consents'), 'agreements')).toEqual(await back.list('/agreements'))
    expect(await back.read('/consents/gtc')).toEqual(await back.read('/agreements/gtc'))
  })

  const bill = {
    bill_id: unique('bill'),
    payment_time: '2026-03-10 15:05:49',
    currency_id: 'EUR',
    total_price: 60,
    bill_items: [{ bill_item_id: '1', paid_amount: 60 }],
  }

  it('L3: /purchases/action/… is /purchases/actions/…', async () => {
    const back = backEnd()
    const body = { store_id: 'prague-hq', bill }
    expect(await back.calculate('/purchases/action/accept-payment', body)).toEqual(
      await back.calculate('/purchases/actions/accept-payment', body),
    )
    const sent = { store_id: 'prague-hq', bill: { ...bill, bill_id: unique('bill') } }
    createdId(await back.post('/purchases/action/send-purchase', sent))
  })

  it.each(['/purchases/actions/recommend-best-rewards', '/purchases/action/recommend-best-rewards'])(
    'L3: %s is recommended-best-rewards',
    async (alias) => {
      const { id } = await aCustomer()
      const back = backEnd()
      const body = { store_id: 'prague-hq', reward_list_type: 'F', customer_id: id, bill }
      expect(await back.calculate(alias, body)).toEqual(
        await back.calculate('/purchases/actions/recommended-best-rewards', body),
      )
    },
  )

  it('L3: POST /rewards with an empty body or {} is GET /rewards', async () => {
    const member = await aMember()
    for (const client of [backEnd(), member]) {
      const rewards = await client.list('/rewards?count=5')
      for (const body of [undefined, '', '{}', ' { } ']) {
        const reply = await carecloud({
          method: 'POST',
          path: `${prefixes[0]}/${client.interface}-interface/v1.0/rewards?count=5`,
          headers: {
            Host: acme.host,
            Authorization: client === member ? `Bearer ${member.token}` : master,
            'Content-Type': 'application/json',
          },
          body,
        })
        expect(listOf(reply, 'rewards')).toEqual(rewards)
      }
    }
  })

  it('L3: POST /rewards with anything else in its body is 405', async () => {
    const reply = await backEnd().post('/rewards', { name: 'x' })
    expect(reply.status, describeReply(reply)).toBe(405)
  })

  it('L3: on C, PUT /customers and /customers/property-records speak of the logged-in customer', async () => {
    const member = await aMember({ first_name: 'Ann' })
    const body = { personal_information: { email: member.email, first_name: 'Eve' } }
    expectNothing(await member.put('/customers', body))
    expect(await member.read(`/customers/${member.id}`)).toMatchObject(body)
    const made = { property_record: { property_id: 'shoe_size', property_value: 40 } }
    createdId(await member.post(`/customers/${member.id}/property-records`, made), /./)
    const { items } = await member.list('/customers/property-records')
    expect(items).toEqual((await member.list(`/customers/${member.id}/property-records`)).items)
    expect(items).toHaveLength(1)
    const changed = { property_record: { property_value: 41 } }
    expectNothing(await member.put(`/customers/property-records/shoe_size:${member.id}`, changed))
    expect((await member.list('/customers/property-records')).items[0]?.property_value).toBe(41)
  })

  it('L3: on C with nobody logged in, and on E, these shortcuts change nobody', async () => {
    const device = await newDevice()
    const person = await aCustomer({ first_name: 'Ann' })
    const body = { personal_information: { first_name: 'Mallory' } }
    const reply = await device.put('/customers', body)
    expect([400, 401, 403, 404], describeReply(reply)).toContain(reply.status)
    expect((await (await operator()).put('/customers', body)).status).toBe(405)
    expect((await backEnd().read(`/customers/${person.id}`)).personal_information).toMatchObject({
      first_name: 'Ann',
    })
  })

  it('L3: aliases are under the same credentials', async () => {
    for (const path of ['/consents', '/cusomer-sources', '/customers/x/interests', '/customers/x/statuses']) {
      const reply = await under('/rest-api', 'enterprise', 'GET', path)
      expect(reply.status, describeReply(reply)).toBe(401)
    }
  })
})
