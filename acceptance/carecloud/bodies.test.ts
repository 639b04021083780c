import { describe, expect, it } from 'vitest'
import { describeReply } from '../client.ts'
import { unique, uniqueEmail } from '../unique.ts'
import {
  acme,
  backEnd,
  carecloud,
  createdId,
  dataOf,
  expectNothing,
  listOf,
  newDevice,
  operator,
} from './cc.ts'
import { aCustomer, aMember, password } from './people.ts'

describe('bodies', () => {
  const send = (headers: Readonly<Record<string, string>>, body: string | Uint8Array | undefined) =>
    carecloud({
      method: 'POST',
      path: '/rest-api/enterprise-interface/v1.0/customers/actions/validate-customer-data',
      headers: { Host: acme.host, ...headers },
      body,
    })
  const json = JSON.stringify({ type: 'password', value: password })

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/xml',
    'multipart/form-data; boundary=x',
    'nonsense',
    '',
  ])('L5: a body that starts as JSON is JSON, with the content type "%s"', async (type) => {
    expect(dataOf(await send({ 'Content-Type': type }, json))).toEqual({ is_valid: true })
    expect(dataOf(await send({ 'Content-Type': type }, ` \r\n\t${json}\n`))).toEqual({ is_valid: true })
  })

  it('L5: without a content type it is JSON as well, and after a byte order mark', async () => {
    expect(dataOf(await send({}, json))).toEqual({ is_valid: true })
    expect(dataOf(await send({}, `\ufeff${json}`))).toEqual({ is_valid: true })
  })

  it('L5: a body in pieces, without its length, is read too', async () => {
    const reply = await carecloud({
      method: 'POST',
      path: '/rest-api/customer-interface/v1.0/customers/actions/validate-customer-data',
      headers: { Host: acme.host },
      body: json,
      chunked: true,
    })
    expect(dataOf(reply)).toEqual({ is_valid: true })
  })

  it.each(['application/x-www-form-urlencoded', 'application/x-www-form-urlencoded;charset=UTF-8'])(
    'L5: a form is taken where the body is flat (%s)',
    async (type) => {
      const form = new URLSearchParams({ type: 'password', value: password }).toString()
      expect(dataOf(await send({ 'Content-Type': type }, form))).toEqual({ is_valid: true })
    },
  )

  it('L5, L19: an operator and a customer log in by a form', async () => {
    const back = backEnd()
    const login = await back.ask('POST', '/users/actions/login', {
      form: { login: 'till', password: 'T1ll-password', user_external_application_id: '' },
    })
    expect(dataOf(login).user).toMatchObject({ login: 'till' })
    const member = await aMember()
    const device = await newDevice()
    const form = { login_type: 'email', login_value: member.email, password }
    const reply = await device.ask('POST', `/tokens/${device.token}/actions/login`, { form })
    expect(dataOf(reply)).toEqual({ customer_id: member.id })
    const token = await device.ask('POST', '/tokens', { form: { external_application_id: 'mobile-app' } })
    createdId(token, /^[0-9a-f]{72}$/)
  })

  it('L5, L46: what a form holds is text and coerced', async () => {
    const { id } = await aCustomer()
    const form = { customer_id: id, amount: '12.50', partner_id: 'acme', note: 'form' }
    const reply = await backEnd().ask('POST', '/points/actions/assign-points', { form })
    const point = await backEnd().read(`/points/${createdId(reply)}`)
    expect(point).toMatchObject({ assigned_points: 12.5, note: 'form' })
  })

  it('L5: an empty body with a JSON content type is {}, on any method', async () => {
    const member = await aMember()
    const call = (method: string, path: string, body?: string) =>
      carecloud({
        method,
        path: `/rest-api/customer-interface/v1.0${path}`,
        headers: {
          Host: acme.host,
          Authorization: `Bearer ${member.token}`,
          'Content-Type': 'application/json',
        },
        body,
      })
    listOf(await call('GET', '/stores'), 'stores')
    listOf(await call('GET', '/stores', ''), 'stores')
    for (const body of [undefined, '', '  \n'])
      createdId(await call('POST', '/tokens', body), /^[0-9a-f]{72}$/)
    expectNothing(await call('PUT', `/tokens/${member.token}`))
    expectNothing(await call('POST', `/tokens/${member.token}/actions/logout`, ''))
  })

  it('L5: a GET with a body is answered as without', async () => {
    const back = backEnd()
    const reply = await back.ask('GET', '/stores', { body: { count: 0, anything: [] } })
    expect(listOf(reply, 'stores')).toEqual(await back.list('/stores'))
  })

  it('L5: every answer is not to be stored', async () => {
    const member = await aMember()
    for (const reply of [
      await member.get(`/customers/${member.id}`),
      await member.post('/tokens'),
      await member.get('/customers/1'),
    ]) {
      expect(reply.headers['cache-control'], describeReply(reply)).toMatch(/no-store/)
    }
  })

  it('L6: unknown fields, read-only fields, parameters and headers are ignored', async () => {
    const back = backEnd()
    const email = uniqueEmail()
    const reply = await back.ask('POST', '/customers?foo=1&bar[]=2&customer_id=nonsense&count=x', {
      headers: { 'X-External-App-Id': 'unheard-of', 'X-Anything': '1' },
      body: {
        customer: {
          customer_id: '1',
          last_change: 'nonsense',
          personal_information: {
            email,
            first_name: 'Ann',
            gender_name: {},
            photo_url: 7,
            nonsense: [],
            last_change: 1,
          },
          state: 0,
          doi_email: 'x',
        },
        id: 7,
        customer_id: {},
        last_change: false,
        ['__proto__']: { first_name: 'Mallory' },
        constructor: 1,
      },
    })
    const id = createdId(reply)
    expect(id).not.toBe('1')
    expect(await back.read(`/customers/${id}?foo=bar`)).toMatchObject({
      state: 1,
      personal_information: { email, first_name: 'Ann' },
    })
    expect((await back.list('/stores?nonsense=1&another[]=2&store_id=brno')).total).toBeGreaterThan(1)
  })

  it('L7: what was answered is seen by the next reader, on either interface and in every list', async () => {
    const member = await aMember({ first_name: 'One' })
    const back = backEnd()
    const till = await operator()
    for (let round = 0; round < 5; round++) {
      const first_name = unique('Name')
      const person = { personal_information: { email: member.email, first_name } }
      expectNothing(await back.put(`/customers/${member.id}`, person))
      const [here, there, listed] = await Promise.all([
        member.read(`/customers/${member.id}`),
        till.read(`/customers/${member.id}`),
        till.list(`/customers?first_name=${first_name}`),
      ])
      expect([here, there, listed.items[0]].map((one) => one?.personal_information)).toEqual(
        Array.from({ length: 3 }, () => expect.objectContaining({ first_name })),
      )
    }
  })
})
