import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { describeReply, fieldsOf, type Reply } from '../client.ts'
import { failing, isOn, type ListedCall, listedCalls } from './calls.ts'
import { acme, ask, backEnd, client, dataOf, expectNotFound, expectRefused, logIn, other } from './cc.ts'
import { aCustomer } from './people.ts'

describe('operators', () => {
  const login = (body: unknown, form?: Readonly<Record<string, string>>) =>
    ask('enterprise', 'POST', '/users/actions/login', form ? { form } : { body })

  it('L19: a login answers a bearer and who it is for', async () => {
    const reply = await login({ login: 'till', password: 'T1ll-password', user_external_application_id: 'x' })
    expect(dataOf(reply)).toEqual({
      bearer_token: expect.stringMatching(/^[0-9a-f]{40}$/),
      valid_to: expect.stringMatching(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/),
      user: {
        user_id: expect.any(String),
        login: 'till',
        first_name: null,
        last_name: null,
        email: null,
        phone: null,
        user_role_ids: ['till'],
        store_id: null,
        last_login: expect.stringMatching(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/),
      },
    })
    const ada = await login({ login: 'admin@acme.example', password: 'Adm1n-password' })
    expect(dataOf(ada).user).toMatchObject({
      first_name: 'Ada',
      last_name: 'Min',
      email: 'admin@acme.example',
      user_role_ids: ['owner'],
    })
  })

  it('L19, L58: the id of an operator stays, and is no customer’s', async () => {
    const [one, two] = await Promise.all(
      [1, 2].map(() => login({ login: 'till', password: 'T1ll-password' })),
    )
    const [first, second] = [dataOf(one as Reply), dataOf(two as Reply)]
    expect(first.user).toMatchObject({ user_id: (second.user as { user_id: string }).user_id })
    expect(first.bearer_token).not.toBe(second.bearer_token)
  })

  it('L20: valid_to is the workspace’s bearerHours away, in its local time', async () => {
    const hoursUntil = (validTo: unknown, timeZone: string): number => {
      const local = (at: Date) =>
        Date.parse(`${at.toLocaleString('sv-SE', { timeZone }).replace(' ', 'T')}Z`) / 3_600_000
      return Date.parse(`${String(validTo).replace(' ', 'T')}Z`) / 3_600_000 - local(new Date())
    }
    const here = dataOf(await login({ login: 'till', password: 'T1ll-password' }))
    const there = await ask('enterprise', 'POST', '/users/actions/login', {
      tenant: other,
      body: { login: 'till', password: '0ther-till-password' },
    })
    expect(Math.abs(hoursUntil(here.valid_to, 'Europe/Prague') - 7)).toBeLessThan(0.1)
    expect(Math.abs(hoursUntil(dataOf(there).valid_to, 'UTC') - 1)).toBeLessThan(0.1)
  })

  it.each([
    { login: 'till', password: 'T1ll-passwor' },
    { login: 'till', password: 't1ll-password' },
    { login: 'till', password: '0ther-till-password' },
    { login: 'nobody', password: 'T1ll-password' },
    { login: 'Till ', password: 'x'.repeat(10_000) },
    { login: "' or 1=1 --", password: 'x' },
    { login: 'till\u0000', password: 'T1ll-password' },
  ])('L19, L13: %j is the same 401', async (body) => {
    const reply = await login(body)
    expect(reply.status, describeReply(reply)).toBe(401)
    expect(fieldsOf(reply).error).toMatchObject({ title: 'Wrong login or password' })
  })

  it('L19: a missing field is 400 required', async () => {
    expectRefused(await login({ login: 'till' }), 'password', 'required')
    expectRefused(await login({ password: 'x' }), 'login', 'required')
    expectRefused(await login({ login: '', password: 'x' }), 'login', 'required')
    expectRefused(await login({ login: 'till', password: null }), 'password', 'required')
    expect((await login({})).status).toBe(400)
  })

  it('L20: a logout ends the token of the header at once, or the one it names', async () => {
    const one = await logIn('till', 'T1ll-password')
    expect((await one.post('/users/actions/logout')).status).toBe(204)
    expect((await one.get('/stores')).status).toBe(401)
    const [caller, ended] = await Promise.all(
      [1, 2].map(() => login({ login: 'till', password: 'T1ll-password' })),
    )
    const bearerOf = (reply: Reply | undefined) => String(dataOf(reply as Reply).bearer_token)
    const asking = client('enterprise', `Bearer ${bearerOf(caller)}`)
    const body = { bearer_token: bearerOf(ended), user_external_application_id: 'x' }
    expect((await asking.post('/users/actions/logout', body)).status).toBe(204)
    expect((await client('enterprise', `Bearer ${bearerOf(ended)}`).get('/stores')).status).toBe(401)
    expect((await asking.get('/stores')).status).toBe(200)
  })

  it('L20: nobody ends the session of another operator, or of another workspace', async () => {
    const analyst = await logIn('analyst', 'Anal1st-password')
    const bearer = String(dataOf(await login({ login: 'till', password: 'T1ll-password' })).bearer_token)
    await analyst.post('/users/actions/logout', { bearer_token: bearer })
    await backEnd(other).post('/users/actions/logout', { bearer_token: bearer })
    expect((await client('enterprise', `Bearer ${bearer}`).get('/stores')).status).toBe(200)
    expect((await analyst.get('/stores')).status).toBe(200)
  })

  it('L21: legacy Basic, for the hour, the one before and the one after', async () => {
    const utcHour = (hours: number): string =>
      new Date(Date.now() + hours * 3_600_000).toISOString().slice(0, 13).replace(/[-T]/g, '')
    const proof = (secret: string, hours: number): string => {
      const md5 = createHash('md5').update(secret).digest('hex')
      return createHash('sha256')
        .update(md5 + utcHour(hours))
        .digest('hex')
    }
    const status = async (user: string, given: string, tenant: typeof acme | typeof other = acme) =>
      (
        await ask('enterprise', 'GET', '/stores', {
          authorization: `Basic ${Buffer.from(`${user}:${given}`).toString('base64')}`,
          tenant,
        })
      ).status
    expect(await status('till', proof('T1ll-password', 0))).toBe(200)
    expect(await status('analyst', proof('Anal1st-password', 0))).toBe(200)
    expect(await status('admin@acme.example', proof('Adm1n-password', 0))).toBe(200)
    expect(await status('till', proof('T1ll-password', -24))).toBe(401)
    expect(await status('till', proof('T1ll-password', 24))).toBe(401)
    expect(await status('till', proof('wrong', 0))).toBe(401)
    expect(await status('till', 'T1ll-password')).toBe(401)
    expect(await status('nobody', proof('T1ll-password', 0))).toBe(401)
    expect(await status('till', proof('T1ll-password', 0), other)).toBe(401)
    expect(await status('till', proof('0ther-till-password', 0), other), 'turned off').toBe(401)
    // A clock that strikes between the two ends shifts what counts by one hour, never by two.
    expect([
      await status('till', proof('T1ll-password', -1)),
      await status('till', proof('T1ll-password', 1)),
    ]).toEqual([200, 200])
    expect(await status('till', proof('T1ll-password', -3))).toBe(401)
    expect(await status('till', proof('T1ll-password', 3))).toBe(401)
  })

  it('L21: the scheme name is read in any case, the proof in lower case', async () => {
    const hour = new Date().toISOString().slice(0, 13).replace(/[-T]/g, '')
    const md5 = createHash('md5').update('T1ll-password').digest('hex')
    const proof = createHash('sha256')
      .update(md5 + hour)
      .digest('hex')
    const credential = Buffer.from(`till:${proof}`).toString('base64')
    for (const scheme of ['basic', 'BASIC', 'Basic']) {
      const reply = await ask('enterprise', 'GET', '/stores', { authorization: `${scheme} ${credential}` })
      expect(reply.status, describeReply(reply)).toBe(200)
    }
  })

  it('L22: a master key is an operator of role admin, of its own workspace alone', async () => {
    const { id } = await aCustomer()
    expect((await backEnd().get(`/customers/${id}`)).status).toBe(200)
    expectNotFound(await backEnd(other).get(`/customers/${id}`), 'customers', id)
    for (const scheme of ['bearer', 'BEARER']) {
      const reply = await ask('enterprise', 'GET', '/stores', {
        authorization: `${scheme} ${acme.masterKey}`,
      })
      expect(reply.status).toBe(200)
    }
  })

  it('L23: an analyst reads and calculates; every write is 403', async () => {
    const analyst = await logIn('analyst', 'Anal1st-password')
    const onE = listedCalls.filter((call) => isOn(call, 'enterprise') && !call.isOpen)
    // Ending one's session is no write of the workspace's data; it comes last.
    const others = onE.filter(({ path }) => path !== '/users/actions/logout')
    const run = ({ method, path }: ListedCall) => analyst.ask(method, path, { body: {} })
    const isForbidden = (reply: Reply) =>
      reply.status === 403 &&
      (fieldsOf(reply).error as { exception: string }).exception === 'forbidden_exception'
    const writes = others.filter(({ calculates }) => !calculates)
    expect(writes.length).toBeGreaterThan(30)
    expect(await failing(writes, run, isForbidden)).toEqual([])
    const reads = others.filter(({ calculates }) => calculates)
    expect(await failing(reads, run, ({ status }) => status !== 403)).toEqual([])
    expect((await analyst.post('/users/actions/logout')).status).toBe(204)
  })

  it('L23: an analyst’s refused write left nothing behind', async () => {
    const analyst = await logIn('analyst', 'Anal1st-password')
    const { id } = await aCustomer({ first_name: 'Ann' })
    await analyst.put(`/customers/${id}`, { personal_information: { first_name: 'Eve' } })
    expect((await backEnd().read(`/customers/${id}`)).personal_information).toMatchObject({
      first_name: 'Ann',
    })
  })
})
