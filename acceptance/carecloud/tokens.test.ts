import { describe, expect, it } from 'vitest'
import { describeReply, type Fields, fieldsOf } from '../client.ts'
import { unique } from '../unique.ts'
import {
  acme,
  ask,
  client,
  createdId,
  dataOf,
  expectNothing,
  expectRefused,
  faultsOf,
  newDevice,
  other,
} from './cc.ts'

const aToken = /^[0-9a-f]{72}$/

async function canRead(token: string): Promise<number> {
  return (await client('customer', `Bearer ${token}`).get('/stores')).status
}

describe('creating tokens', () => {
  it.each([
    `Basic ${btoa('customer_interface:')}`,
    `Basic ${btoa('customer_interface: ')}`,
    'Bearer nonsense',
    'nonsense',
    `Bearer ${acme.masterKey}`,
    undefined,
  ])('L9: POST /tokens ignores the Authorization %s', async (authorization) => {
    createdId(await ask('customer', 'POST', '/tokens', { authorization, body: {} }), aToken)
  })

  it('L9: every field is optional, and the body may be empty', async () => {
    for (const body of [
      undefined,
      {},
      { device: {} },
      { device: null, setup: null, push_token: null, external_application_id: null },
      { device: { device_id: '', device_system: 'iOS', device_name: 'x', device_type: 'phone' } },
      { setup: { language_id: 'cs', allowed_gps: 'true', allowed_notifications: 0 }, push_token: 'x' },
      { external_application_id: '' },
      { external_application_id: '  ' },
      { external_application_id: 'mobile-app', device: { device_id: 7 } },
    ]) {
      createdId(await ask('customer', 'POST', '/tokens', { body }), aToken)
    }
  })

  it('L9: an application that the workspace does not have is 400 not_found', async () => {
    const reply = await ask('customer', 'POST', '/tokens', { body: { external_application_id: 'nope' } })
    expectRefused(reply, 'external_application_id', 'not_found')
  })

  it('L9: what cannot be read is refused all at once', async () => {
    const body = { setup: { language_id: 'xx', allowed_gps: 'perhaps' }, external_application_id: 'nope' }
    const faults = faultsOf(await ask('customer', 'POST', '/tokens', { body }))
    expect([...faults].sort()).toEqual([
      'allowed_gps: invalid_value_format',
      'external_application_id: not_found',
      'language_id: not_found',
    ])
  })

  it('L9: two tokens are never alike', async () => {
    const devices = await Promise.all(Array.from({ length: 10 }, () => newDevice()))
    expect(new Set(devices.map(({ token }) => token)).size).toBe(10)
  })

  it('S3: a token is of the workspace it was made in, whatever Host it is sent to', async () => {
    const { token } = await newDevice(other)
    const reply = await client('customer', `Bearer ${token}`, acme).get('/interests')
    expect(dataOf(reply).total_items).toBe(0)
  })
})

describe('sending tokens', () => {
  it('L10: as Bearer, or as the password of Basic with any user name', async () => {
    const { token } = await newDevice()
    for (const authorization of [
      `Bearer ${token}`,
      `bearer ${token}`,
      `BEARER ${token}`,
      `Basic ${btoa(`customer_interface:${token}`)}`,
      `Basic ${btoa(`:${token}`)}`,
      `basic ${btoa(`anything at all:${token}`)}`,
      `Basic ${btoa(`x: ${token} `)}`,
      `BASIC ${btoa(`x:\t${token}\n`)}`,
    ]) {
      const reply = await ask('customer', 'GET', '/stores', { authorization })
      expect(reply.status, authorization).toBe(200)
    }
  })

  it.each(['', ' ', '  \t'])('L10: the Basic password "%s" is no credential', async (blank) => {
    const reply = await ask('customer', 'GET', '/stores', { authorization: `Basic ${btoa(`x:${blank}`)}` })
    expect(reply.status).toBe(401)
  })

  it('L10: a token in other letters, cut or prolonged is no credential', async () => {
    const { token } = await newDevice()
    for (const wrong of [token.slice(1), `${token}0`, token.toUpperCase(), `${token.slice(0, -1)}g`])
      expect(await canRead(wrong)).toBe(401)
  })

  it('L11: a new token of the same device and application revokes the one before', async () => {
    const device = { device_id: unique('device') }
    const make = async (body: Fields) => (await newDevice(acme, body)).token
    const first = await make({ device })
    const withApplication = await make({ device, external_application_id: 'mobile-app' })
    const withAnother = await make({ device, external_application_id: 'kiosk' })
    expect([await canRead(first), await canRead(withApplication), await canRead(withAnother)]).toEqual([
      200, 200, 200,
    ])
    const second = await make({ device, external_application_id: 'mobile-app' })
    expect([await canRead(withApplication), await canRead(second), await canRead(first)]).toEqual([
      401, 200, 200,
    ])
    await make({ device })
    expect([await canRead(first), await canRead(second), await canRead(withAnother)]).toEqual([401, 200, 200])
  })

  it('L11: a blank device id revokes nothing, nor does the same id in another workspace', async () => {
    for (const device_id of ['', '  ', null]) {
      const first = await newDevice(acme, { device: { device_id } })
      await newDevice(acme, { device: { device_id } })
      expect(await canRead(first.token)).toBe(200)
    }
    const device = { device_id: unique('device') }
    const here = await newDevice(acme, { device })
    await newDevice(other, { device })
    expect(await canRead(here.token)).toBe(200)
  })

  it('L11: of tokens made at once for one device, one stays', async () => {
    const device = { device_id: unique('device') }
    const made = await Promise.all(Array.from({ length: 8 }, () => newDevice(acme, { device })))
    const statuses = await Promise.all(made.map(({ token }) => canRead(token)))
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
  })

  it('L9: PUT changes setup and push token, and nothing else', async () => {
    const device = await newDevice()
    for (const body of [
      {},
      { setup: { language_id: 'de', allowed_gps: 1 } },
      { push_token: 'p' },
      { setup: null },
    ])
      expectNothing(await device.put(`/tokens/${device.token}`, body))
    expectRefused(
      await device.put(`/tokens/${device.token}`, { setup: { language_id: 'xx' } }),
      'language_id',
      'not_found',
    )
  })

  it('L15: the token of the path must be the one of the credential: else 403', async () => {
    const [one, two] = [await newDevice(), await newDevice()]
    for (const path of [two.token, 'nonsense', one.token.toUpperCase()]) {
      for (const reply of [
        await one.put(`/tokens/${path}`),
        await one.post(`/tokens/${path}/actions/login`, {}),
        await one.post(`/tokens/${path}/actions/logout`),
        await one.get(`/tokens/${path}/actions/auth-token`),
        await one.post(`/tokens/${path}/actions/authentication-token-login`),
        await one.post(`/tokens/${path}/actions/send-password-setup-email`),
      ]) {
        expect(reply.status, describeReply(reply)).toBe(403)
        expect((fieldsOf(reply).error as Fields).exception).toBe('forbidden_exception')
      }
    }
  })
})
