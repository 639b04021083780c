import { describe, expect, it } from 'vitest'
import { describeReply, type Fields } from '../client.ts'
import { unique, uniqueEmail } from '../unique.ts'
import { backEnd, createdId, expectNothing, expectRefused, faultsOf, newDevice } from './cc.ts'
import { aCustomer, aMember, password, personalOf, uniquePhone, wholePerson } from './people.ts'

const back = backEnd()

describe('creating', () => {
  const record = { property_id: 'wedding_date', property_value: '2001-08-13' }

  async function propertiesOf(id: string): Promise<readonly unknown[]> {
    return (await back.list(`/customers/${id}/property-records`)).items.map(
      ({ property_id, property_value }) => [property_id, property_value],
    )
  }

  async function sourcesOf(id: string): Promise<readonly unknown[]> {
    return (await back.list(`/customers/${id}/customer-source-records`)).items.map(
      ({ customer_source_id, external_id }) => [customer_source_id, external_id],
    )
  }

  it('L67: the first shape', async () => {
    const personal_information = wholePerson()
    const source = { customer_source_id: 'eshop', external_id: unique() }
    const id = await back.create('/customers', {
      customer: { personal_information },
      customer_source: source,
      property_records: [record],
      password,
      autologin: false,
      social_network_credentials: { social_network_id: 'x', social_network_token: 'y' },
    })
    expect(await personalOf(id)).toMatchObject(personal_information)
    expect(await propertiesOf(id)).toEqual([['wedding_date', '2001-08-13']])
    expect(await sourcesOf(id)).toEqual([['eshop', source.external_id]])
  })

  it('L67: the second shape', async () => {
    const personal_information = wholePerson()
    const external_id = Math.floor(Math.random() * 1e12)
    const id = await back.create('/customers', {
      personal_information,
      customer_sources: [
        { customer_source_id: 'eshop', external_id },
        { customer_source_id: 'pos', external_id: '' },
      ],
      additional_properties: [
        { ...record, property_name: 'Date of wedding', last_change: '2026-01-01 00:00:00' },
      ],
      password: '',
      autologin: false,
      social_network_credentials: null,
    })
    expect(await personalOf(id)).toMatchObject(personal_information)
    expect(await propertiesOf(id)).toEqual([['wedding_date', '2001-08-13']])
    expect(await sourcesOf(id)).toEqual([
      ['eshop', String(external_id)],
      ['pos', null],
    ])
  })

  it.each([
    ['customer', 'customer_sources', 'additional_properties'],
    ['customer', 'customer_source', 'additional_properties'],
    ['bare', 'customer_source', 'property_records'],
    ['bare', 'customer_sources', 'property_records'],
  ])('L67: a mixture of %s, %s and %s', async (person, sources, properties) => {
    const personal_information = { email: uniqueEmail(), first_name: 'Ann' }
    const source = { customer_source_id: 'pos', external_id: unique() }
    const device = await newDevice()
    for (const client of [back, device]) {
      const email = uniqueEmail()
      const own = { ...personal_information, email }
      const pair = { ...source, external_id: unique() }
      const id = await client.create('/customers', {
        ...(person === 'customer'
          ? { customer: { personal_information: own } }
          : { personal_information: own }),
        [sources]: sources === 'customer_source' ? pair : [pair],
        [properties]: [record],
      })
      expect(await personalOf(id)).toMatchObject(own)
      expect(await sourcesOf(id)).toEqual([['pos', pair.external_id]])
      expect(await propertiesOf(id)).toHaveLength(1)
    }
  })

  it('L68: only personal_information is required, and it may be empty', async () => {
    for (const body of [
      {},
      { customer: {} },
      { customer: { personal_information: null } },
      { personal_information: '' },
    ])
      expectRefused(await back.post('/customers', body), 'personal_information', 'required')
    for (const body of [{ personal_information: {} }, { customer: { personal_information: {} } }]) {
      createdId(await back.post('/customers', body))
      createdId(await (await newDevice()).post('/customers', body))
    }
  })

  it.each([
    [{ customer_source: { customer_source_id: 'none' } }, {}, 'customer_source_id'],
    [{ customer_sources: [{ customer_source_id: 'none', external_id: 'x' }] }, {}, 'customer_source_id'],
    [{}, { store_id: 'none' }, 'store_id'],
    [{ property_records: [{ property_id: 'none' }] }, {}, 'property_id'],
    [{ additional_properties: [{ property_id: 'parking', property_value: true }] }, {}, 'property_id'],
    [{}, { consents: [{ consent_id: 'none', consent_value: 1 }] }, 'consent_id'],
    [
      {},
      { agreement: { custom_agreements: [{ agreement_id: 'none', agreement_value: 1 }] } },
      'agreement_id',
    ],
    [{ referral_code: 'no-such-code' }, {}, 'referral_code'],
  ])('L68, L69: %j %j is 400 %s not_found, and nobody was made', async (more, personal, name) => {
    const email = uniqueEmail()
    const body = { personal_information: { email, ...personal }, ...more }
    expectRefused(await back.post('/customers', body), name, 'not_found')
    const device = await newDevice()
    expectRefused(await device.post('/customers', body), name, 'not_found')
    expect((await back.list(`/customers?email=${email}`)).total).toBe(0)
    expect((await device.list('/customers')).total).toBe(0)
    createdId(await back.post('/customers', { personal_information: { email } }))
  })

  it('L69: a taken source, a bad password or a bad value leaves no customer, property or pair', async () => {
    const taken = { customer_source_id: 'eshop', external_id: unique() }
    await aCustomer({}, { customer_source: taken })
    const free = { customer_source_id: 'pos', external_id: unique() }
    for (const more of [
      { customer_sources: [free, taken] },
      { customer_source: free, password: 'short' },
      { customer_source: free, property_records: [{ property_id: 'shoe_size', property_value: 'x' }] },
      { customer_source: free, autologin: true },
    ]) {
      const email = uniqueEmail()
      const reply = await back.post('/customers', { personal_information: { email }, ...more })
      expect(reply.status, describeReply(reply)).toBe(400)
      expect((await back.list(`/customers?email=${email}`)).total).toBe(0)
    }
    expect((await back.list(`/customer-source-records?external_id=${free.external_id}`)).total).toBe(0)
    createdId(await back.post('/customers', { personal_information: {}, customer_source: free }))
  })

  it('L70: a new customer has the lowest status and a relation to every partner', async () => {
    for (const client of [back, await newDevice()]) {
      const id = await client.create('/customers', { personal_information: { email: uniqueEmail() } })
      const statuses = await back.list(`/customers/${id}/status-records?valid_now=true`)
      expect(statuses.items).toEqual([expect.objectContaining({ status_id: 'bronze', valid_to: null })])
      const partners = await back.list(`/customers/${id}/partner-records`)
      expect(partners.items.map(({ partner_id }) => partner_id)).toEqual(['acme', 'gelato'])
    }
  })

  it('L61: a taken e-mail or phone is already_exists with its field’s name, on both interfaces', async () => {
    const [email, phone] = [uniqueEmail(), uniquePhone()]
    await aCustomer({ email, phone })
    const device = await newDevice()
    for (const client of [back, device]) {
      const make = (personal_information: Fields) => client.post('/customers', { personal_information })
      expectRefused(await make({ email: email.toUpperCase() }), 'email', 'already_exists')
      expectRefused(await make({ phone: `+${phone}` }), 'phone', 'already_exists')
      expect([...faultsOf(await make({ email, phone }))].sort()).toEqual([
        'email: already_exists',
        'phone: already_exists',
      ])
    }
  })

  it('L61, L71: nobody takes another’s e-mail or phone by a change; one’s own is no conflict', async () => {
    const owner = await aCustomer({ phone: uniquePhone() })
    const { phone } = await personalOf(owner.id)
    const member = await aMember()
    const put = (personal_information: Fields) =>
      member.put(`/customers/${member.id}`, { personal_information })
    expectRefused(await put({ email: owner.email }), 'email', 'already_exists')
    expectRefused(await put({ email: member.email, phone }), 'phone', 'already_exists')
    expectNothing(await put({ email: member.email.toUpperCase(), phone: uniquePhone() }))
    expect(await personalOf(owner.id)).toMatchObject({ email: owner.email, phone })
  })

  it('L61: an e-mail that was given up is free', async () => {
    const { id, email } = await aCustomer()
    expectNothing(await back.put(`/customers/${id}`, { personal_information: { email: uniqueEmail() } }))
    const next = await aCustomer({ email })
    expect(
      (await back.list(`/customers?email=${email}`)).items.map(({ customer_id }) => customer_id),
    ).toEqual([next.id])
  })
})
