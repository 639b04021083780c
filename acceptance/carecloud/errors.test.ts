import { describe, expect, it } from 'vitest'
import { describeReply, type Fields, fieldsOf } from '../client.ts'
import { unique, uniqueEmail } from '../unique.ts'
import {
  acme,
  backEnd,
  carecloud,
  createdId,
  expectNotFound,
  expectRefused,
  faultsOf,
  invalidParams,
  newDevice,
} from './cc.ts'
import { aCustomer } from './people.ts'

const back = backEnd()

function errorOf(reply: Parameters<typeof fieldsOf>[0]): Fields {
  return fieldsOf(reply).error as Fields
}

describe('the shape', () => {
  it('L41: a 400 lists parameters, with name, reason, value and message', async () => {
    const reply = await back.post('/customers', { personal_information: { email: 'no address' } })
    expect(reply.status).toBe(400)
    expect(fieldsOf(reply)).toEqual({
      error: {
        type: 'about:blank',
        exception: 'bad_request_exception',
        title: 'Bad request',
        detail: expect.any(String),
        error_data: {
          invalid_params: [
            {
              name: 'email',
              reason: 'invalid_value_format',
              value: 'no address',
              message: expect.any(String),
            },
          ],
        },
      },
    })
  })

  it.each([
    '{',
    '[]',
    '[{}]',
    'null',
    'true',
    '7',
    '"text"',
    '{"personal_information":{}',
    "{'personal_information':{}}",
    '{"a":1}}',
    'undefined',
    'personal_information',
    '<xml/>',
    '{"a":NaN}',
    '{"a":"\\ud8"}',
    '{"a":1,}',
    '\u0000',
    '{}{}',
  ])('L41: a body that does not parse or is no object (%j) is 400 with an empty list', async (body) => {
    for (const type of ['application/json', 'text/plain']) {
      const broken = await carecloud({
        method: 'POST',
        path: '/rest-api/enterprise-interface/v1.0/customers',
        headers: { Host: acme.host, Authorization: `Bearer ${acme.masterKey}`, 'Content-Type': type },
        body,
      })
      expect(faultsOf(broken), describeReply(broken)).toEqual([])
    }
  })

  it('L41: bytes that are no UTF-8 do not parse', async () => {
    const body = Buffer.concat([
      Buffer.from('{"personal_information":{"first_name":"'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('"}}'),
    ])
    const reply = await carecloud({
      method: 'POST',
      path: '/rest-api/enterprise-interface/v1.0/customers',
      headers: { Host: acme.host, Authorization: `Bearer ${acme.masterKey}` },
      body,
    })
    expect(faultsOf(reply)).toEqual([])
  })

  it('L41: 401 and 403 carry no error_data; the title is fit to show', async () => {
    const device = await newDevice()
    const unauthorized = await carecloud({
      method: 'GET',
      path: '/rest-api/customer-interface/v1.0/stores',
      headers: { Host: acme.host },
    })
    expect(unauthorized.status).toBe(401)
    expect(Object.keys(errorOf(unauthorized)).sort()).toEqual(['detail', 'exception', 'title', 'type'])
    const forbidden = await device.put('/tokens/nonsense')
    expect(forbidden.status).toBe(403)
    expect(Object.keys(errorOf(forbidden)).sort()).toEqual(['detail', 'exception', 'title', 'type'])
  })

  it('L41: a 404 names the collection nearest to the id', async () => {
    const { id } = await aCustomer()
    for (const [path, resource, resourceId] of [
      ['/stores/none', 'stores', 'none'],
      ['/customers/8bab', 'customers', '8bab'],
      ['/customers/8bab/interest-records', 'customers', '8bab'],
      ['/customers/8bab/addresses/7', 'customers', '8bab'],
      [`/customers/${id}/addresses/7`, 'addresses', '7'],
      ['/vouchers/7', 'vouchers', '7'],
      ['/vouchers/7/property-records', 'vouchers', '7'],
      ['/purchases/7/points', 'purchases', '7'],
      ['/rewards/none/stores', 'rewards', 'none'],
      ['/card-types/none/cards', 'card-types', 'none'],
      ['/agreements/none', 'agreements', 'none'],
    ] as const)
      expectNotFound(await back.get(path), resource, resourceId)
  })

  it('L41: over 10 MiB is 413, and just below is read', async () => {
    const first_name = 'x'
    const make = (bytes: number) => {
      const body = JSON.stringify({ personal_information: { first_name, email: uniqueEmail() }, pad: '' })
      return body.replace('"pad":""', `"pad":"${'x'.repeat(bytes - body.length)}"`)
    }
    const send = (bytes: number, chunked = false) =>
      carecloud({
        method: 'POST',
        path: '/rest-api/enterprise-interface/v1.0/customers',
        headers: { Host: acme.host, Authorization: `Bearer ${acme.masterKey}` },
        body: make(bytes),
        chunked,
      })
    const limit = 10 * 1024 * 1024
    createdId(await send(limit))
    for (const reply of [await send(limit + 1), await send(limit + 1, true), await send(2 * limit)]) {
      expect(reply.status, describeReply(reply)).toBe(413)
      expect(errorOf(reply)).not.toHaveProperty('error_data')
    }
  })
})

describe('parameters', () => {
  it('L42: everything that is wrong is told at once, one entry each', async () => {
    const { email: taken } = await aCustomer()
    const reply = await back.post('/customers', {
      customer: {
        personal_information: {
          email: taken,
          gender: 9,
          birthdate: 'x',
          phone: 'abc',
          language_id: 'xx',
          store_id: 'none',
          address: { country_code: 'zz', zip: {} },
          consents: [
            { consent_id: 'none', consent_value: 1 },
            { consent_id: 'gtc', consent_value: 7 },
          ],
        },
      },
      customer_source: { customer_source_id: 'none', external_id: 'x' },
      property_records: [{ property_id: 'none', property_value: 1 }],
      referral_code: unique('no-code'),
      password: 'short',
      autologin: 'maybe',
    })
    expect([...faultsOf(reply)].sort()).toEqual(
      [
        'autologin: invalid_value_format',
        'birthdate: invalid_value_format',
        'consent_id: not_found',
        'consent_value: not_allowed_value',
        'country_code: not_found',
        'customer_source_id: not_found',
        'email: already_exists',
        'gender: not_allowed_value',
        'language_id: not_found',
        'password: invalid_value_format',
        'phone: invalid_value_format',
        'property_id: not_found',
        'referral_code: not_found',
        'store_id: not_found',
        'zip: invalid_value_format',
      ].sort(),
    )
  })

  it('L42: value is what was sent, as text; null when missing and for passwords', async () => {
    const reply = await back.post('/customers', {
      personal_information: { gender: 9, birthdate: ['x'], language_id: { a: 1 }, email: 7 },
      password: 'short',
    })
    const values = Object.fromEntries(invalidParams(reply).map(({ name, value }) => [String(name), value]))
    expect(values).toEqual({
      gender: '9',
      birthdate: '["x"]',
      language_id: '{"a":1}',
      email: '7',
      password: null,
    })
    const missing = await back.post('/customers', {})
    expect(invalidParams(missing)).toEqual([
      expect.objectContaining({ name: 'personal_information', reason: 'required', value: null }),
    ])
  })

  it('L42: entries of batches carry their index', async () => {
    const { id } = await aCustomer()
    const rows = [
      { property_id: 'shoe_size', property_value: 1 },
      { property_id: 'none', property_value: 1 },
      { property_id: 'shoe_size', property_value: 'x' },
      { property_value: 1 },
    ]
    const reply = await back.post(`/customers/${id}/property-records/batch`, { property_records: rows })
    expect(faultsOf(reply).length).toBe(3)
    expect(invalidParams(reply).map(({ index, name, reason }) => [index, name, reason])).toEqual([
      [1, 'property_id', 'not_found'],
      [2, 'property_value', 'invalid_value_format'],
      [3, 'property_id', 'required'],
    ])
  })

  it('L43: a referenced id that does not exist is 400, one in the path 404', async () => {
    const { id } = await aCustomer()
    const record = { interest_record: { interest_id: 'none' } }
    expectRefused(await back.post(`/customers/${id}/interest-records`, record), 'interest_id', 'not_found')
    expectNotFound(await back.post('/customers/1/interest-records', record), 'customers', '1')
    expectRefused(await back.get('/point-history?customer_id=1'), 'customer_id', 'not_found')
  })

  it('L44: a source pair that is taken says so to the letter, and stands first', async () => {
    const source = { customer_source_id: 'eshop', external_id: unique() }
    const { email } = await aCustomer({}, { customer_source: source })
    const device = await newDevice()
    for (const client of [back, device]) {
      for (const sources of [{ customer_source: source }, { customer_sources: [source] }]) {
        const reply = await client.post('/customers', {
          personal_information: { email, gender: 9 },
          ...sources,
          password: 'short',
        })
        expect(invalidParams(reply)[0]).toMatchObject({
          reason: 'already_exists',
          message: 'Contact source already exists',
        })
        expect(invalidParams(reply)).toHaveLength(4)
      }
    }
    const { id } = await aCustomer()
    const second = await back.post(`/customers/${id}/customer-source-records`, {
      customer_source_record: source,
    })
    expect(invalidParams(second)).toEqual([
      expect.objectContaining({ reason: 'already_exists', message: 'Contact source already exists' }),
    ])
  })
})
