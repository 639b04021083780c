import { beforeAll, describe, expect, it } from 'vitest'
import { describeReply, fieldsOf, type Reply } from '../client.ts'
import { unique } from '../unique.ts'
import { failing, isOn, listedCalls, resourceOf } from './calls.ts'
import {
  acme,
  ask,
  backEnd,
  type Client,
  client,
  type Device,
  dataOf,
  expectNotAllowed,
  expectNotFound,
  expectRefused,
  logIn,
  newDevice,
  operator,
  other,
} from './cc.ts'
import { aCustomer, aMember } from './people.ts'

const interfaces = ['customer', 'enterprise'] as const

let device: Device
beforeAll(async () => {
  device = await newDevice()
})

describe('open calls', () => {
  const closed = listedCalls.filter(({ isOpen }) => !isOpen)
  const open = listedCalls.filter(({ isOpen }) => isOpen)
  const bad: Readonly<Record<string, string | undefined>> = {
    'no credential': undefined,
    'a token that nobody has': `Bearer ${'0'.repeat(72)}`,
    'a word': 'nonsense',
    'an empty one': '',
    'a scheme alone': 'Bearer',
    'a blank one': 'Bearer  ',
    'another scheme': 'Digest test-master-key',
    'Basic that is no base64': 'Basic %%%',
    'Basic with a blank password': `Basic ${btoa('customer_interface: ')}`,
    'a key of another kind': 'Bearer test-write-key',
    'the key of the manage API': 'Bearer test-manage-key',
    'a very long one': `Bearer ${'a'.repeat(7000)}`,
    bytes: `Basic ${Buffer.from([0, 255, 0x3a, 0, 200]).toString('base64')}`,
  }

  it.each(interfaces)('L25: on %s every other call without a valid credential is 401', async (which) => {
    const calls = closed.filter((call) => isOn(call, which))
    expect(
      await failing(
        calls,
        ({ method, path }) => ask(which, method, path, { body: {} }),
        ({ status }) => status === 401,
      ),
    ).toEqual([])
  })

  it.each(Object.entries(bad))('L25: 401 with %s', async (_name, authorization) => {
    for (const which of interfaces) {
      for (const path of ['/stores', '/customers', '/purchases/nothing']) {
        const reply = await ask(which, 'GET', path, { authorization })
        expect(reply.status, describeReply(reply)).toBe(401)
      }
    }
  })

  it('L25: an invalid credential on an open call is ignored', async () => {
    for (const which of interfaces) {
      for (const authorization of Object.values(bad)) {
        expect(
          await failing(
            open.filter((call) => isOn(call, which)),
            ({ method, path }) => ask(which, method, path, { authorization, body: {} }),
            ({ status }) => status !== 401 && status !== 403,
          ),
        ).toEqual([])
      }
    }
  })

  it('L25, S4: an open call is of the workspace that the Host names, and else the API’s 404', async () => {
    const languagesAt = async (Host: string) =>
      (await ask('customer', 'GET', '/languages', { headers: { Host } })) as Reply
    const here = dataOf(await languagesAt('acme.localhost')).languages as readonly object[]
    const there = dataOf(await languagesAt('other.localhost:8080')).languages as readonly object[]
    expect([here.length, there.length]).toEqual([3, 1])
    for (const path of ['/languages', '/communication-channels', '/customer-external-applications']) {
      const reply = await ask('customer', 'GET', path, { headers: { Host: 'nowhere.example' } })
      expect(reply.status, describeReply(reply)).toBe(404)
    }
    const reply = await ask('customer', 'POST', '/tokens', { headers: { Host: 'nowhere.example' }, body: {} })
    expect(reply.status, describeReply(reply)).toBe(404)
    expect(fieldsOf(reply).error, describeReply(reply)).toMatchObject({
      detail: expect.stringContaining('nowhere.example'),
      error_data: { resource_name: 'tokens', resource_id: null },
    })
  })

  it('L25: a good credential goes before the Host (S3)', async () => {
    const reply = await client('enterprise', `Bearer ${other.masterKey}`, acme).get('/languages')
    expect(dataOf(reply).total_items).toBe(1)
  })
})

describe('the interfaces', () => {
  it.each(interfaces)(
    'L32: an operation of the other interface is 403 on %s, in the exact shape',
    async (which) => {
      const caller: Client = which === 'customer' ? device : backEnd()
      for (const call of listedCalls.filter((one) => !isOn(one, which))) {
        expectNotAllowed(await caller.ask(call.method, call.path, { body: {} }), resourceOf(call), which)
        expectNotAllowed(await ask(which, call.method, call.path, { body: {} }), resourceOf(call), which)
      }
    },
  )

  it.each(interfaces)(
    'L26: on %s every listed call is served: none is 404 for its path, or 405',
    async (which) => {
      const caller: Client = which === 'customer' ? device : backEnd()
      const misses = await failing(
        listedCalls.filter((call) => isOn(call, which)),
        // An analyst's or a stranger's call would be refused before its path is known to be good.
        ({ method, path }) => caller.ask(method, path, { body: {} }),
        (reply) => {
          if (reply.status === 405) return false
          if (reply.status !== 404) return true
          const { resource_id } = (fieldsOf(reply).error as { error_data: { resource_id: unknown } })
            .error_data
          return resource_id !== null
        },
      )
      expect(misses).toEqual([])
    },
  )

  it('L33: guarded operations answer as L32 on C until the workspace allows them', async () => {
    const member = await aMember()
    for (const call of listedCalls.filter(({ isGuarded }) => isGuarded)) {
      expectNotAllowed(await member.ask(call.method, call.path, { body: {} }), resourceOf(call), 'customer')
    }
  })

  it('L33: a voucher of a reward without points cost is guarded too', async () => {
    const member = await aMember()
    const reply = await member.post('/rewards/free-scoop/actions/create-voucher', { customer_id: member.id })
    expectNotAllowed(reply, 'rewards', 'customer')
    expect((await member.list('/vouchers')).total).toBe(0)
  })

  it('L33: where the workspace allows them by name they are there', async () => {
    const allowed = await aMember({}, {}, other)
    const refused = await failing(
      listedCalls.filter(({ isGuarded }) => isGuarded),
      ({ method, path }) => allowed.ask(method, path, { body: {} }),
      ({ status }) => status !== 403,
    )
    expect(refused).toEqual([])
    const body = { type: 'email', value: `${unique()}@example.com` }
    expect(await allowed.calculate('/customers/actions/check-registration-ability', body)).toEqual({
      registration_ability: true,
    })
  })

  it('L33: on E they are always there', async () => {
    const refused = await failing(
      listedCalls.filter(({ isGuarded }) => isGuarded),
      ({ method, path }) => backEnd().ask(method, path, { body: {} }),
      ({ status }) => status !== 403,
    )
    expect(refused).toEqual([])
  })

  it('L24: credentials of one interface are worth nothing on the other', async () => {
    const till = await operator()
    const bearer = await ask('enterprise', 'POST', '/users/actions/login', {
      body: { login: 'till', password: 'T1ll-password' },
    })
    const operators = [dataOf(bearer).bearer_token, acme.masterKey]
    for (const secret of operators) {
      for (const authorization of [`Bearer ${secret}`, `Basic ${btoa(`x:${secret}`)}`]) {
        expect((await ask('customer', 'GET', '/stores', { authorization })).status).toBe(401)
      }
    }
    expect((await till.get('/stores')).status).toBe(200)
    for (const authorization of [`Bearer ${device.token}`, `Basic ${btoa(`x:${device.token}`)}`]) {
      expect((await ask('enterprise', 'GET', '/stores', { authorization })).status).toBe(401)
    }
  })
})

describe('order', () => {
  it('L26: an unknown path is 404 before anything else, whatever the method', async () => {
    for (const which of interfaces) {
      for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH']) {
        for (const [path, resource] of [
          ['/nonsense', 'nonsense'],
          ['/nonsense/1/2/3', 'nonsense'],
          ['/customers/1/nonsense', 'customers'],
          ['/Customers', 'Customers'],
          ['/tokens/1/actions/nonsense', 'tokens'],
          ['/stores/prague-hq/x/y', 'stores'],
        ] as const) {
          expectNotFound(await ask(which, method, path, { body: {} }), resource, null)
        }
      }
    }
  })

  it('L26: a wrong method is 405 before the interface and the credential', async () => {
    for (const which of interfaces) {
      for (const [method, path] of [
        ['GET', '/tokens'],
        ['DELETE', '/tokens/1'],
        ['PUT', '/users/actions/login'],
        ['GET', '/points/actions/assign-points'],
        ['DELETE', '/customers'],
      ] as const) {
        const reply = await ask(which, method, path)
        expect(reply.status, describeReply(reply)).toBe(405)
      }
    }
  })

  it('L26: the wrong interface is told before the missing credential', async () => {
    expectNotAllowed(await ask('enterprise', 'POST', '/tokens', { body: {} }), 'tokens', 'enterprise')
    expectNotAllowed(await ask('customer', 'POST', '/cards', { body: {} }), 'cards', 'customer')
  })

  it('L26: no credential is told before the guard, path ids and the body', async () => {
    for (const [method, path] of [
      ['POST', '/purchases/actions/send-purchase'],
      ['GET', '/customers/1'],
      ['POST', '/customers'],
    ] as const) {
      const reply = await ask('customer', method, path, { headers: {}, body: { customer_id: [] } })
      expect(reply.status, describeReply(reply)).toBe(401)
    }
  })

  it('L26: what is not permitted is told before path ids and the body', async () => {
    const analyst = await logIn('analyst', 'Anal1st-password')
    expect((await analyst.put('/customers/nobody', [])).status).toBe(403)
    const member = await aMember()
    expectNotAllowed(await member.put('/cards/nothing', []), 'cards', 'customer')
  })

  it('L26: path ids are told before the body', async () => {
    const back = backEnd()
    expectNotFound(await back.put('/customers/nobody', []), 'customers', 'nobody')
    expectNotFound(
      await back.post('/customers/nobody/interest-records', { interest_record: 7 }),
      'customers',
      'nobody',
    )
    const member = await aMember()
    const { id } = await aCustomer()
    expectRefused(
      await member.put(`/customers/${id}`, { personal_information: { gender: 9 } }),
      'customer_id',
      'not_belong_to_logged_in_customer',
    )
  })
})
