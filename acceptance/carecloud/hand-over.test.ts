import { describe, expect, it } from 'vitest'
import { describeReply, type Fields, fieldsOf, type Reply } from '../client.ts'
import { backEnd, type Device, dataOf, expectRefused, faultsOf, newDevice, other } from './cc.ts'
import { aCustomer, aMember } from './people.ts'

function statusOf(reply: Reply): number {
  return reply.status
}

function wrongLogin(reply: Reply): void {
  expect(reply.status, describeReply(reply)).toBe(401)
  const error = fieldsOf(reply).error as Fields
  expect([error.exception, error.title]).toEqual(['unauthorized_exception', 'Wrong login or password'])
}

describe('handing over', () => {
  const issue = (device: Device, query = 'external_application_id=kiosk&token_type=1') =>
    device.get(`/tokens/${device.token}/actions/auth-token?${query}`)

  const redeem = (device: Device, body: Fields) =>
    device.post(`/tokens/${device.token}/actions/authentication-token-login`, body)

  async function issued(device: Device, query?: string): Promise<Fields> {
    return dataOf(await issue(device, query))
  }

  function asked({ authentication_token, token_request_id }: Fields, application_id = 'kiosk'): Fields {
    return { application_id, token: authentication_token, token_request_id }
  }

  it.each([
    [1, /^[0-9A-Za-z]{32}$/],
    [2, /^[0-9]{8}$/],
  ])('L18: token_type %s, on C', async (type, form) => {
    const member = await aMember()
    const given = await issued(member, `external_application_id=kiosk&token_type=${type}`)
    expect(given).toEqual({
      authentication_token: expect.stringMatching(form),
      token_request_id: expect.any(String),
      valid_to: expect.stringMatching(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/),
    })
    const kiosk = await newDevice()
    expect(dataOf(await redeem(kiosk, asked(given)))).toEqual({ customer_id: member.id })
    expect((await kiosk.read(`/customers/${member.id}`)).customer_id).toBe(member.id)
  })

  it('L18: good once, also at the same moment', async () => {
    const member = await aMember()
    const given = asked(await issued(member))
    const devices = await Promise.all(Array.from({ length: 5 }, () => newDevice()))
    const statuses = (await Promise.all(devices.map((device) => redeem(device, given)))).map(statusOf)
    expect(statuses.sort()).toEqual([200, 401, 401, 401, 401])
  })

  it('L18: for the application it names only; five wrong tries void it', async () => {
    const member = await aMember()
    const given = await issued(member, 'external_application_id=kiosk&token_type=2')
    const device = await newDevice()
    wrongLogin(await redeem(device, asked(given, 'mobile-app')))
    wrongLogin(await redeem(device, { ...asked(given), token_request_id: '1' }))
    const another = await issued(member, 'external_application_id=kiosk&token_type=2')
    for (let tries = 0; tries < 5; tries++)
      wrongLogin(await redeem(device, { ...asked(another), token: '00000000' }))
    wrongLogin(await redeem(device, asked(another)))
  })

  it('L18: fields are required, types and applications are checked', async () => {
    const member = await aMember()
    expect([...faultsOf(await issue(member, ''))].sort()).toEqual([
      'external_application_id: required',
      'token_type: required',
    ])
    expectRefused(
      await issue(member, 'external_application_id=none&token_type=1'),
      'external_application_id',
      'not_found',
    )
    expectRefused(
      await issue(member, 'external_application_id=kiosk&token_type=3'),
      'token_type',
      'not_allowed_value',
    )
    expect([...faultsOf(await redeem(member, {}))].sort()).toEqual([
      'application_id: required',
      'token: required',
      'token_request_id: required',
    ])
  })

  it('L18: with nobody logged in there is nobody to hand over', async () => {
    const reply = await issue(await newDevice())
    expect([401, 403], describeReply(reply)).toContain(reply.status)
  })

  it('L18: on E: issued for a customer, verified once, by either interface', async () => {
    const { id } = await aCustomer()
    const back = backEnd()
    const body = { customer_id: id, external_application_id: 'kiosk', token_type: 1 }
    const given = await back.calculate('/customers/actions/auth-token', body)
    const verify = (request: Fields) => back.post('/customers/actions/verify-auth-token', request)
    expectRefused(await verify(asked(given, 'mobile-app')), 'token', 'not_found')
    expect(dataOf(await verify(asked(given)))).toEqual({ customer_id: id })
    expectRefused(await verify(asked(given)), 'token', 'not_found')
    const second = await back.calculate('/customers/actions/auth-token', { ...body, token_type: '2' })
    expect(dataOf(await redeem(await newDevice(), asked(second)))).toEqual({ customer_id: id })
    expectRefused(
      await back.post('/customers/actions/auth-token', { ...body, customer_id: '1' }),
      'customer_id',
      'not_found',
    )
  })

  it('L18: a token of another workspace is nothing here', async () => {
    const member = await aMember()
    const given = await issued(member)
    const reply = await redeem(await newDevice(other), asked(given))
    expect([400, 401], describeReply(reply)).toContain(reply.status)
    expect(dataOf(await redeem(await newDevice(), asked(given)))).toEqual({ customer_id: member.id })
  })
})
