import { describe, expect, it } from 'vitest'
import type { Fields } from '../client.ts'
import { unique, uniqueEmail } from '../unique.ts'
import {
  acme,
  ask,
  backEnd,
  carecloud,
  client,
  createdId,
  dataOf,
  expectNothing,
  faultsOf,
  invalidParams,
  listOf,
  newDevice,
  operator,
} from './cc.ts'
import { aCustomer, aMember, logIn, password, personalOf, uniquePhone } from './people.ts'

const back = backEnd()

describe('section 12', () => {
  it('section 12, 1: both prefixes, a trailing slash, aliases and %3A together', async () => {
    const { id } = await aCustomer()
    const call = (method: string, path: string, body?: unknown) =>
      carecloud({
        method,
        path,
        headers: {
          Host: acme.host,
          Authorization: `Bearer ${acme.masterKey}`,
          'Content-Type': 'application/json',
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      })
    for (const prefix of ['/webservice/rest-api', '/rest-api']) {
      const base = `${prefix}/enterprise-interface/v1.0/customers/${id}`
      const record = { property_record: { property_id: 'wedding_date', property_value: '2001-08-13' } }
      createdId(await call('POST', `${base}/properties/`, record), /./)
      const changed = { property_record: { property_value: '2001-08-14' } }
      expectNothing(await call('PUT', `${base}/properties/wedding_date%3A${id}/`, changed))
      expect(listOf(await call('GET', `${base}/properties/?count=5`), 'property_records').items).toEqual([
        expect.objectContaining({ property_value: '2001-08-14' }),
      ])
      expectNothing(await call('DELETE', `${base}/property-records/wedding_date:${id}`))
    }
  })

  it('section 12, 2: Bearer, Basic with token, and stale credentials on POST /tokens', async () => {
    const { token } = await newDevice()
    for (const stale of [
      `Bearer ${token}`,
      `Basic ${btoa('customer_interface:')}`,
      `Basic ${btoa('customer_interface: ')}`,
      `Basic ${btoa(`customer_interface:${'f'.repeat(72)}`)}`,
    ]) {
      const made = createdId(
        await ask('customer', 'POST', '/tokens', { authorization: stale }),
        /^[0-9a-f]{72}$/,
      )
      for (const authorization of [`Bearer ${made}`, `Basic ${btoa(`customer_interface:${made}`)}`])
        listOf(await client('customer', authorization).get('/stores'), 'stores')
    }
    listOf(await client('customer', `Bearer ${token}`).get('/stores'), 'stores')
  })

  it('section 12, 3: forms, empty bodies with a content type, unknown and read-only fields', async () => {
    const member = await aMember()
    const logout = await member.ask('POST', `/tokens/${member.token}/actions/logout`, {
      headers: { 'Content-Type': 'application/json' },
    })
    expectNothing(logout)
    const form = { login_type: 'email', login_value: member.email, password, remember_me: 'on' }
    expect(dataOf(await member.ask('POST', `/tokens/${member.token}/actions/login`, { form }))).toEqual({
      customer_id: member.id,
    })
    const read = await member.read(`/customers/${member.id}`)
    expectNothing(await member.put(`/customers/${member.id}`, { customer: { ...read, last_change: 'x' } }))
    expect((await member.read(`/customers/${member.id}`)).personal_information).toEqual(
      read.personal_information,
    )
  })

  it('section 12, 3: what was read can be sent back as it came, in either shape', async () => {
    const { id } = await aCustomer({ first_name: 'Ann', phone: uniquePhone(), address: { zip: '1' } })
    const read = await back.read(`/customers/${id}`)
    for (const body of [read, { customer: read }]) {
      expectNothing(await back.put(`/customers/${id}`, body))
      const { salutation, ...rest } = (await back.read(`/customers/${id}`)).personal_information as Fields
      const { salutation: before, consents, ...was } = read.personal_information as Fields
      expect(salutation).toBe(before)
      expect(rest).toMatchObject(was)
      expect(rest.consents).toHaveLength((consents as unknown[]).length)
    }
    const address = { additional_address: { address_type: 'billing', address: { city: 'Brno' } } }
    const addressId = await back.create(`/customers/${id}/addresses`, address)
    const path = `/customers/${id}/addresses/${addressId}`
    const sent = await back.read(path)
    expectNothing(await back.put(path, { additional_address: sent }))
    expect(await back.read(path)).toMatchObject({ address: sent.address, address_type: 'billing' })
  })

  it('section 12, 4: both shapes of POST /customers, with what old clients leave out', async () => {
    for (const body of [
      { personal_information: {} },
      { customer: { personal_information: {} } },
      { personal_information: {}, customer_sources: [] },
      { personal_information: {}, customer_source: {}, autologin: null },
      { personal_information: {}, customer_sources: [{}] },
      { customer: {}, personal_information: {} },
    ]) {
      const reply = await back.post('/customers', body)
      if (reply.status === 400) expect(faultsOf(reply)).toEqual(['customer_source_id: required'])
      else createdId(reply)
    }
    createdId(await ask('customer', 'POST', '/tokens', { body: { external_application_id: null } }), /./)
  })

  it('section 12, 5: numbers for text and text for numbers; "false"; "" as null', async () => {
    const phone = uniquePhone()
    const external_id = Math.floor(Math.random() * 1e12)
    const { id } = await aCustomer(
      { phone: Number(phone), gender: '1', birthdate: '', address: { zip: 11000 } },
      { customer_sources: [{ customer_source_id: 'eshop', external_id }], autologin: 'false' },
    )
    expect(await personalOf(id)).toMatchObject({
      phone,
      gender: 1,
      birthdate: null,
      address: { zip: '11000' },
    })
    const bill = {
      bill_id: Math.floor(Math.random() * 1e12),
      payment_time: '2026-03-10 15:05:49',
      currency_id: 'EUR',
      total_price: '700.50',
      canceled: 'false',
      bill_items: [
        { bill_item_id: 1, paid_amount: '700.50', price: '700.50', quantity: '1', loyalty_off: 'false' },
      ],
    }
    const body = { store_id: 'prague-hq', customer_id: id, cashdesk_number: 1, bill }
    const purchaseId = createdId(await back.post('/purchases/actions/send-purchase', body))
    expect(await back.read(`/purchases/${purchaseId}`)).toMatchObject({
      total_price: 700.5,
      cashdesk_number: '1',
      external_purchase_id: String(bill.bill_id),
    })
  })

  it('section 12, 6: booleans, list filters, empty parameters, a huge count', async () => {
    for (const value of ['true', 'false', '1', '0', 'TRUE'])
      listOf(await back.get(`/languages?default_language=${value}`), 'languages')
    const { id, email } = await aCustomer()
    const at = encodeURIComponent(email)
    for (const query of [
      `email_list[]=${at}`,
      `email_list%5B%5D=${at}`,
      `email_list[0]=${at}`,
      `email_list=${at}`,
    ])
      expect((await back.list(`/customers?${query}&phone=&birthdate=`)).items).toEqual([
        expect.objectContaining({ customer_id: id }),
      ])
    expect((await back.list('/stores?count=99999')).total).toBeGreaterThan(1)
  })

  it('section 12, 8: no list is missing, no photo_url without photo', async () => {
    const id = await back.create('/customers', { personal_information: {} })
    const personal = await personalOf(id)
    expect(personal).not.toHaveProperty('photo_url')
    expect(personal.address).toBeTypeOf('object')
    expect(Array.isArray((personal.agreement as Fields).custom_agreements)).toBe(true)
    expect(Array.isArray(personal.consents)).toBe(true)
    for (const name of ['interest-records', 'property-records', 'addresses', 'cards', 'vouchers', 'points'])
      expect((await back.list(`/customers/${id}/${name}`)).items).toEqual([])
  })

  it('section 12, 9: a title that can be shown, and the source message to the letter', async () => {
    const device = await newDevice()
    expect(await logIn(device, uniqueEmail())).toBe(401)
    const source = { customer_source_id: 'eshop', external_id: unique() }
    const body = { personal_information: {}, customer_source: source }
    createdId(await device.post('/customers', body))
    expect(invalidParams(await device.post('/customers', body))[0]?.message).toBe(
      'Contact source already exists',
    )
  })

  it('section 12, 10: an empty Accept-Language; opening hours of 7 × 2 intervals', async () => {
    const till = await operator()
    const reply = await till.get('/stores/prague-hq', { 'Accept-Language': '' })
    const opening = dataOf(reply).opening as readonly { readonly time_intervals: readonly unknown[] }[]
    expect(opening.map(({ time_intervals }) => time_intervals.length)).toEqual([2, 2, 2, 2, 2, 2, 2])
  })
})
