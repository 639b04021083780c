import { describe, expect, inject, it } from 'vitest'
import { describeReply, send } from '../client.ts'
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
import { aCustomer, password } from './people.ts'

const back = backEnd()

describe('hostile input', () => {
  const nested = (depth: number) => `${'{"personal_information":'.repeat(depth)}{}${'}'.repeat(depth)}`
  const post = (path: string, body: string, which = 'enterprise') =>
    carecloud({
      method: 'POST',
      path: `/rest-api/${which}-interface/v1.0${path}`,
      headers: { Host: acme.host, Authorization: `Bearer ${acme.masterKey}` },
      body,
    })

  it('L41: deep nesting is refused or ignored, never a fault of ours', async () => {
    for (const body of [
      nested(500),
      nested(100_000),
      `{"personal_information":${'['.repeat(1_000_000)}`,
      `{"personal_information":{},"x":${'['.repeat(900)}${']'.repeat(900)}}`,
      `{"personal_information":{"address":${'[{"a":'.repeat(2000)}1${'}]'.repeat(2000)}}}`,
    ]) {
      const reply = await post('/customers', body)
      expect([201, 400], describeReply(reply)).toContain(reply.status)
    }
  })

  it('L42, L46: arrays and objects where text belongs are of a wrong form', async () => {
    for (const value of [[], {}, [1], { a: 1 }, true]) {
      const reply = await back.post('/customers', { personal_information: { first_name: value, zip: value } })
      expect(faultsOf(reply), JSON.stringify(value)).toEqual(['first_name: invalid_value_format'])
    }
    for (const value of [[], 7, 'x', true]) {
      expect(
        (await back.post('/customers', { personal_information: value })).status,
        JSON.stringify(value),
      ).toBe(400)
      expectRefused(
        await back.post('/customers', { personal_information: { address: value } }),
        'address',
        'invalid_value_format',
      )
    }
    for (const value of [{}, 7, 'x'])
      expectRefused(
        await back.post('/customers', { personal_information: { consents: value } }),
        'consents',
        'invalid_value_format',
      )
  })

  it('L42: entries of lists that are no objects are refused', async () => {
    for (const value of [null, 7, 'x', [], true, '']) {
      for (const body of [
        { personal_information: { consents: [value] } },
        { personal_information: { agreement: { custom_agreements: [value] } } },
        { personal_information: {}, property_records: [value] },
        { personal_information: {}, customer_sources: [value] },
      ]) {
        const reply = await back.post('/customers', body)
        expect(reply.status, describeReply(reply)).toBe(400)
      }
    }
  })

  it('S36: U+0000 and half a surrogate become U+FFFD in texts, and are refused in ids', async () => {
    const email = uniqueEmail()
    const raw = `{"personal_information":{"email":"${email}","first_name":"A\\u0000B","last_name":"\\ud800x","address":{"city":"y\\udfff"}}}`
    const id = createdId(await post('/customers', raw))
    expect((await back.read(`/customers/${id}`)).personal_information).toMatchObject({
      first_name: 'A\ufffdB',
      last_name: '\ufffdx',
      address: { city: 'y\ufffd' },
    })
    for (const field of ['email', 'phone', 'store_id', 'language_id']) {
      const reply = await post('/customers', `{"personal_information":{"${field}":"a\\u0000b"}}`)
      expect(reply.status, describeReply(reply)).toBe(400)
    }
    for (const path of ['/customers?first_name=%00', '/customers?email=%00', '/interests?name=%00']) {
      const reply = await back.get(path)
      expect([200, 400], describeReply(reply)).toContain(reply.status)
    }
  })

  it('S10, S36: an external id of 1 to 255 characters is taken; a longer one, and U+0000, is refused', async () => {
    const make = (external_id: string) =>
      back.post('/customers', {
        personal_information: {},
        customer_source: { customer_source_id: 'eshop', external_id },
      })
    createdId(await make(unique('x').padEnd(255, 'ž')))
    expectRefused(await make(unique('x').padEnd(256, 'ž')), 'external_id', 'invalid_value_format')
    expectRefused(await make(`${unique('x')}\u0000`), 'external_id', 'invalid_value_format')
    expectRefused(await make(`${unique('x')}\ud800`), 'external_id', 'invalid_value_format')
  })

  it('L42: over-long texts are refused by name, and what is long but allowed is kept', async () => {
    const long = 'ž'.repeat(255)
    const { id } = await aCustomer({ first_name: long, address: { address1: long } })
    expect((await back.read(`/customers/${id}`)).personal_information).toMatchObject({
      first_name: long,
      address: { address1: long },
    })
    const reply = await back.post('/customers', {
      personal_information: { first_name: 'x'.repeat(1_000_000) },
    })
    expectRefused(reply, 'first_name', 'invalid_value_format')
    expect(String(invalidParams(reply)[0]?.value).length).toBeLessThan(10_000)
  })

  it('L45: numbers beyond 2^53 are no reason to fail', async () => {
    for (const number of ['9007199254740993', '1e400', '-1e400', '1e308', '123456789012345678901234567890']) {
      const reply = await post(
        '/customers',
        `{"personal_information":{"gender":${number},"first_name":${number}}}`,
      )
      expect(reply.status, describeReply(reply)).toBe(400)
      const source = `{"personal_information":{},"customer_source":{"customer_source_id":"eshop","external_id":${number}}}`
      expect([201, 400]).toContain((await post('/customers', source)).status)
      const points = `{"customer_id":"1","partner_id":"acme","amount":${number}}`
      expect((await post('/points/actions/assign-points', points)).status).toBe(400)
    }
  })

  it('L39: ten thousand filter values are refused, not worked on', async () => {
    const values = Array.from({ length: 10_000 }, (_, at) => `a${at}`)
    for (const name of ['email_list', 'customer_ids', 'customer_ids[]']) {
      const query = values.map((value) => `${name}=${value}`).join('&')
      const reply = await send(inject('baseUrl'), {
        method: 'GET',
        path: `/rest-api/enterprise-interface/v1.0/customers?${query}`,
        headers: { Host: acme.host, Authorization: `Bearer ${acme.masterKey}` },
      })
      expect([400, 414, 431], describeReply(reply).slice(0, 300)).toContain(reply.status)
    }
  })

  it.each([
    "' or '1'='1",
    '"; drop table profiles; --',
    '%27',
    '../../etc/passwd',
    '#{7*7}',
    '{{7*7}}',
    '<script>',
  ])('L40: %s in a filter finds nobody', async (text) => {
    const value = encodeURIComponent(text)
    expect((await back.list(`/customers?first_name=${value}`)).total).toBe(0)
    expect((await back.list(`/customer-source-records?external_id=${value}`)).total).toBe(0)
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'L43: %s is the name of no reference data',
    async (name) => {
      for (const path of ['stores', 'interests', 'agreements', 'rewards', 'statuses', 'currencies'])
        expectNotFound(await back.get(`/${path}/${name}`), path, name)
      const { id } = await aCustomer()
      for (const [path, body, field] of [
        ['/customers', { personal_information: { store_id: name } }, 'store_id'],
        [
          '/customers',
          { personal_information: {}, property_records: [{ property_id: name }] },
          'property_id',
        ],
        [`/customers/${id}/interest-records`, { interest_record: { interest_id: name } }, 'interest_id'],
      ] as const)
        expectRefused(await back.post(path, body), field, 'not_found')
    },
  )

  it('L61: of registrations at the same moment with one e-mail one wins, on either interface', async () => {
    for (const client of [back, await newDevice()]) {
      const email = uniqueEmail()
      const phone = { phone: `420${String(Math.random()).slice(2, 11).padEnd(9, '1')}` }
      const replies = await Promise.all(
        Array.from({ length: 8 }, (_, at) =>
          client.post('/customers', {
            personal_information: { email: at % 2 ? email.toUpperCase() : email, ...phone },
          }),
        ),
      )
      expect(replies.map(({ status }) => status).sort()).toEqual([
        201,
        ...Array.from({ length: 7 }, () => 400),
      ])
      for (const reply of replies.filter(({ status }) => status === 400))
        expect([...faultsOf(reply)].sort()).toEqual(['email: already_exists', 'phone: already_exists'])
      expect((await back.list(`/customers?email=${email}`)).total).toBe(1)
    }
  })

  it('L78: of registrations at the same moment with one external id one wins, and nobody else was made', async () => {
    const source = { customer_source_id: 'eshop', external_id: unique() }
    const last_name = unique('Race')
    const replies = await Promise.all(
      Array.from({ length: 8 }, () =>
        back.post('/customers', {
          personal_information: { last_name, email: uniqueEmail() },
          customer_source: source,
          password,
        }),
      ),
    )
    expect(replies.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 7 }, () => 400)])
    expect((await back.list(`/customers?last_name=${last_name}`)).total).toBe(1)
  })
})
