import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newToken, openTestExtole, type TestExtole } from './extole.fixture.ts'
import { signJwt } from './sign-jwt.fixture.ts'

let extole: TestExtole
beforeAll(async () => {
  extole = await openTestExtole()
})
afterAll(() => extole[Symbol.asyncDispose]())

const now = () => Math.floor(Date.now() / 1000)
const create = async (jwt: string, token?: string) =>
  await extole.call('POST', '/v5/token', { body: { jwt }, ...(token === undefined ? {} : { token }) })
const reason = async (jwt: string) => {
  const { status, body } = await create(jwt)
  return [status, body.code, body.parameters.reason]
}
const me = async (token: string) => (await extole.call('GET', '/v4/me', { token })).body

test('a good JWT verifies, writes its names, and its partner id is the customer id (E46, S12)', async () => {
  const { body } = await create(
    await signJwt({ email: 'Ann@x.example', partner_user_id: 'c-1', first_name: 'Ann' }),
  )
  expect(body.scopes).toEqual(['UPDATE_PROFILE', 'VERIFIED_CONSUMER'])
  expect(await me(body.access_token)).toMatchObject({
    email: 'ann@x.example',
    partner_user_id: 'c-1',
    first_name: 'Ann',
  })
  const { rows } = await extole.db.database.asOwner((connection) =>
    connection.query(`select customer_id, email from profiles where customer_id = 'c-1'`),
  )
  expect(rows).toEqual([{ customer_id: 'c-1', email: 'ann@x.example' }])
})

test('each refusal has its reason, and tampering, confusion of algorithms and "none" are refused (E44, E48)', async () => {
  const good = await signJwt({ email: 'jwt@x.example' })
  const [header = '', payload = '', signature = ''] = good.split('.')
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const refused = (name: string) => [403, 'jwt_error', name]
  expect(await reason('rubbish')).toEqual(refused('MALFORMED'))
  expect(await reason(`${good}.a.b`)).toEqual(refused('MALFORMED'))
  expect(await reason(await signJwt({ email: 'a@x.example', exp: 'soon' }))).toEqual(refused('MALFORMED'))
  expect(await reason(await signJwt({ email: 'a@x.example' }, { kid: 'other' }))).toEqual(
    refused('UNKNOWN_KEY'),
  )
  expect(await reason(`${part({ alg: 'HS256' })}.${payload}.${signature}`)).toEqual(refused('UNKNOWN_KEY'))
  expect(await reason(`${part({ alg: 'none', kid: 'shop-1' })}.${payload}.`)).toEqual(
    refused('UNSUPPORTED_ALGORITHM'),
  )
  const longSecret = '0123456789abcdef0123456789abcdef'.repeat(2)
  const hs512 = await signJwt({ email: 'a@x.example' }, { algorithm: 'HS512', secret: longSecret })
  expect(await reason(hs512)).toEqual(refused('UNSUPPORTED_ALGORITHM'))
  expect(await reason(`${part({ alg: 'RS256', kid: 'shop-1' })}.${payload}.${signature}`)).toEqual(
    refused('UNSUPPORTED_ALGORITHM'),
  )
  const forged = part({ email: 'boss@x.example', exp: now() + 999 })
  expect(await reason(`${header}.${forged}.${signature}`)).toEqual(refused('INVALID_SIGNATURE'))
  expect(await reason(`${header}.${payload}.`)).toEqual(refused('INVALID_SIGNATURE'))
  expect(await reason(await signJwt({ email: 'a@x.example', nbf: now() + 120 }))).toEqual(
    refused('NOT_YET_VALID'),
  )
  expect(await reason(await signJwt({ email: 'no address' }))).toEqual(refused('MISSING_IDENTITY'))
})

test('a refusal says no token, and applies nothing (E48, E116)', async () => {
  const token = await newToken(extole)
  const bad = await signJwt({ email: 'nothing@x.example', first_name: 'No' }, { secret: 'f'.repeat(32) })
  const answer = await extole.call('POST', '/v4/me', {
    token,
    body: { first_name: 'No' },
    headers: { 'x-extole-jwt': bad },
  })
  expect([answer.status, answer.body.code, answer.body.parameters.reason]).toEqual([
    403,
    'jwt_authentication_error',
    'INVALID_SIGNATURE',
  ])
  expect(answer.text).not.toContain(bad)
  expect(await me(token)).toMatchObject({ email: null, first_name: null })
})

test('leeway is a minute; numeric strings are numbers; a JWT without exp, or past it, identifies only (E45, E47)', async () => {
  const scopes = async (claims: object, expires = true) =>
    (await create(await signJwt({ email: 'lee@x.example', ...claims }, { expires }))).body.scopes.length
  expect(await scopes({ exp: String(now() + 100), nbf: String(now() + 30) })).toBe(2)
  expect(await scopes({ exp: now() - 30 })).toBe(2)
  expect(await scopes({ exp: now() - 90 })).toBe(1)
  expect(await scopes({}, false)).toBe(1)
  expect(await scopes({ scope: 'other' })).toBe(1)
  expect(await scopes({ scope: 'other VERIFIED_CONSUMER' })).toBe(2)
})

test('the header rotates: the new token is verified, the old one identified and never more (E29–E31, E43, E49)', async () => {
  const token = await newToken(extole)
  const jwt = await signJwt({ email: 'rotate@x.example' })
  const call = (of: string) =>
    extole.call('GET', '/v4/me/capabilities', { token: of, headers: { 'x-extole-jwt': jwt } })
  const first = await call(token)
  const rotated = String(first.headers['x-extole-token'])
  expect(first.body.capabilities).toContain('VERIFIED_CONSUMER')
  expect(rotated).not.toBe(token)
  expect((await extole.call('GET', '/v5/token', { token: rotated })).body.scopes).toHaveLength(2)
  expect((await extole.call('GET', '/v5/token', { token })).body.scopes).toHaveLength(1)
  expect((await me(token)).id).toBe((await me(rotated)).id)
  expect((await call(rotated)).headers['x-extole-token']).toBeUndefined()
  const missing = await extole.call('GET', '/v4/me', { headers: { 'x-extole-jwt': jwt } })
  expect(missing.body.code).toBe('missing_access_token')
})

test('binding the device to somebody else ends all older verifications, and hides its own data (E32)', async () => {
  const first = (await create(await signJwt({ email: 'one@x.example' }))).body.access_token
  await extole.call('POST', '/v4/me', { token: first, body: { last_name: 'One' } })
  const one = (await me(first)).id
  const second = (await create(await signJwt({ email: 'two@x.example' }), first)).body.access_token
  expect((await me(second)).id).not.toBe(one)
  expect(await me(first)).toMatchObject({
    id: (await me(second)).id,
    last_name: null,
    email: 'two@x.example',
  })
  expect((await extole.call('GET', '/v5/token', { token: first })).body.scopes).toHaveLength(1)
  await create(await signJwt({ email: 'one@x.example' }), second)
  expect((await extole.call('GET', '/v5/token', { token: first })).body.scopes).toHaveLength(1)
})

test('a claim yields to proof; a profile of claims alone is taken over (S15)', async () => {
  const claimer = await newToken(extole, { email: 'taken@x.example' })
  const owner = (await create(await signJwt({ email: 'taken@x.example', partner_user_id: 'c-9' }))).body
    .access_token
  expect((await me(owner)).id).toBe((await me(claimer)).id)
  const guest = await newToken(extole)
  await extole.call('POST', '/v4/me', {
    token: guest,
    body: { email: 'a9@x.example', partner_user_id: 'd-9' },
  })
  const proved = (await create(await signJwt({ partner_user_id: 'd-9' }))).body.access_token
  expect((await me(proved)).email).toBeNull()
  const rightful = (await create(await signJwt({ email: 'a9@x.example' }))).body.access_token
  expect((await me(rightful)).id).not.toBe((await me(proved)).id)
  expect((await me(rightful)).email).toBe('a9@x.example')
})

test('two known people are never joined: a JWT that names both is the one of the partner id (README 6, E24)', async () => {
  const one = (await create(await signJwt({ partner_user_id: 'two-1' }))).body.access_token
  const two = (await create(await signJwt({ email: 'two-2@x.example' }))).body.access_token
  const both = (await create(await signJwt({ partner_user_id: 'two-1', email: 'two-2@x.example' }))).body
    .access_token
  expect((await me(both)).id).toBe((await me(one)).id)
  expect((await me(two)).id).not.toBe((await me(one)).id)
  expect((await me(both)).email).toBeNull()
})

test('what the device gave fills gaps when it is verified, and is dropped otherwise (E38)', async () => {
  await create(await signJwt({ email: 'gap@x.example', first_name: 'Ann' }))
  const token = await newToken(extole)
  await extole.call('POST', '/v4/me', { token, body: { first_name: 'Guest', last_name: 'Lee' } })
  await extole.call('POST', '/v4/me/parameters', { token, body: { parameters: { size: 42 } } })
  const verified = (await create(await signJwt({ email: 'gap@x.example' }), token)).body.access_token
  expect(await me(verified)).toMatchObject({ first_name: 'Ann', last_name: 'Lee', parameters: { size: 42 } })
})

test('a back end verifies a token in place, and gives a token of a person; only with a master key (E54–E56)', async () => {
  const token = await newToken(extole, { email: 'server@x.example' })
  const authorize = (of: string, key?: string) =>
    extole.call('POST', `/v2/consumers/${of}/authorize`, key === undefined ? {} : { token: key })
  const codes = [undefined, 'unknown-key', token, 'test-write-key'].map(
    async (key) => (await authorize(token, key)).body.code,
  )
  expect(await Promise.all(codes)).toEqual([
    'missing_access_token',
    'invalid_access_token',
    'access_denied',
    'access_denied',
  ])
  const done = await authorize(token, 'test-master-key')
  expect(done.body).toEqual({
    access_token: token,
    client_id: expect.stringMatching(/^\d{16,19}$/),
    scopes: ['UPDATE_PROFILE', 'VERIFIED_CONSUMER'],
  })
  const anonymous = await authorize(await newToken(extole), 'test-master-key')
  expect([anonymous.status, anonymous.body.code]).toEqual([403, 'consumer_token_upgrade_not_allowed'])
  const unknown = await authorize('A'.repeat(26), 'test-master-key')
  expect([unknown.status, unknown.body.code]).toEqual([400, 'consumer_token_invalid'])
  const { id } = await me(token)
  const minted = await extole.call('POST', `/v2/consumers/${id}/token`, { token: 'test-master-key' })
  expect(await me(minted.body.access_token)).toMatchObject({ id, email: 'server@x.example' })
  for (const [person, code] of [
    ['x', 'invalid_person_id'],
    ['7', 'person_not_found'],
  ]) {
    const refused = await extole.call('POST', `/v2/consumers/${person}/token`, { token: 'test-master-key' })
    expect([refused.status, refused.body.code]).toEqual([400, code])
  }
})

test('a token of one workspace is none of another (E23)', async () => {
  await extole.db.apply('workspace: second\nkeys: [{ name: k, kind: master, secret: second-master-key }]\n')
  const token = await newToken(extole, { email: 'other@x.example' })
  const answer = await extole.call('POST', `/v2/consumers/${token}/authorize`, { token: 'second-master-key' })
  expect(answer.body.code).toBe('consumer_token_invalid')
})

test('a numeric partner id names exactly who its digits name, and one without one text nobody (E45, S10)', async () => {
  const signed = async (claims: string) => {
    const header = Buffer.from(JSON.stringify({ alg: 'HS256', kid: 'shop-1' })).toString('base64url')
    const payload = Buffer.from(`{"exp":${now() + 999},${claims}}`).toString('base64url')
    const signature = createHmac('sha256', '0123456789abcdef0123456789abcdef').update(`${header}.${payload}`)
    return `${header}.${payload}.${signature.digest('base64url')}`
  }
  const idOf = async (claims: string) =>
    (await me((await create(await signed(claims))).body.access_token)).partner_user_id
  expect(await idOf('"partner_user_id":42')).toBe('42')
  for (const digits of ['9007199254740993', '9007199254740992', '123456789012345678901234567890']) {
    expect(await idOf(`"partner_user_id":${digits}`)).toBe(digits)
  }
  const nested = '"partner_user_id":9007199254740995,"more":{"partner_user_id":1.5}'
  expect(await idOf(nested)).toBe('9007199254740995')
  for (const other of ['1.5', '1e21', '12.0']) {
    expect(await reason(await signed(`"partner_user_id":${other}`))).toEqual([
      403,
      'jwt_error',
      'MISSING_IDENTITY',
    ])
    expect(await idOf(`"email":"numbers@x.example","partner_user_id":${other}`)).toBeNull()
  }
})

describe('X-Extole-Jwt on routes that make a token (E43, E48)', () => {
  const call = (method: 'GET' | 'POST', path: string, jwt: string, more: object = {}) =>
    extole.call(method, path, { headers: { 'x-extole-jwt': jwt }, ...more })
  const makers = [
    ['GET', '/v4/token'],
    ['POST', '/v4/token'],
    ['POST', '/v5/token'],
  ] as const

  test.each(makers)(
    '%s %s without a token: a new, verified one of who the JWT names',
    async (method, path) => {
      const email = `${method}${path}@x.example`.replaceAll('/', '-').toLowerCase()
      const { status, body, headers } = await call(method, path, await signJwt({ email }))
      expect([status, body.scopes]).toEqual([200, ['UPDATE_PROFILE', 'VERIFIED_CONSUMER']])
      expect(await me(body.access_token)).toMatchObject({ email })
      if (method === 'GET') {
        expect(headers['x-extole-token']).toBe(body.access_token)
        const cookies = [headers['set-cookie']].flat()
        expect(cookies).toHaveLength(2)
        for (const cookie of cookies) expect(cookie).toContain(body.access_token)
      }
    },
  )

  test.each(makers)('%s %s with one that is refused makes no device', async (method, path) => {
    const devices = async () => {
      const { rows } = await extole.db.database.asOwner((connection) =>
        connection.query('select count(*) from devices'),
      )
      return rows[0].count
    }
    const before = await devices()
    const { status, body } = await call(method, path, 'rubbish')
    expect([status, body.code, body.parameters.reason]).toEqual([
      403,
      method === 'GET' ? 'jwt_authentication_error' : 'jwt_error',
      'MALFORMED',
    ])
    expect(await devices()).toBe(before)
  })

  test.each(['/v4/token', '/v5/token'])('POST %s with a token: one of the same device', async (path) => {
    const token = await newToken(extole)
    const { body } = await call('POST', path, await signJwt({ email: 'same-device@x.example' }), { token })
    expect(body.scopes).toHaveLength(2)
    expect((await extole.call('GET', '/v5/token', { token })).body.scopes).toHaveLength(1)
    expect((await me(token)).id).toBe((await me(body.access_token)).id)
  })

  test("of two JWTs the body's wins, and beside one the scope it verifies may be asked for", async () => {
    const [inBody, inHeader] = await Promise.all(
      ['body', 'header'].map((name) => signJwt({ email: `${name}@x.example` })),
    )
    const both = await call('POST', '/v5/token', inHeader ?? '', { body: { jwt: inBody } })
    expect(await me(both.body.access_token)).toMatchObject({ email: 'body@x.example' })
    const asked = await call('POST', '/v4/token', inHeader ?? '', { body: { scopes: ['VERIFIED_CONSUMER'] } })
    expect(asked.body.scopes).toHaveLength(2)
  })
})
