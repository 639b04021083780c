import { afterAll, beforeAll, expect, test } from 'vitest'
import { newToken, openTestExtole, type TestExtole } from '../extole.fixture.ts'
import { signJwt } from '../sign-jwt.fixture.ts'

let extole: TestExtole
beforeAll(async () => {
  extole = await openTestExtole()
})
afterAll(() => extole[Symbol.asyncDispose]())

test('a token is 26 of 0-9A-Z, lives a year, is stored hashed, and answers with and without /api (E1, E14, E21, E22)', async () => {
  const answer = await extole.call('POST', '/v5/token')
  expect(answer.body).toEqual({
    access_token: expect.stringMatching(/^[0-9A-Z]{26}$/),
    expires_in: 31_536_000,
    scopes: ['UPDATE_PROFILE'],
  })
  const { rows } = await extole.db.database.asOwner((connection) =>
    connection.query('select * from access_tokens'),
  )
  expect(JSON.stringify(rows)).not.toContain(answer.body.access_token)
  const again = await extole.call('GET', '/api/v5/token/', { token: answer.body.access_token })
  expect(again.body.access_token).toBe(answer.body.access_token)
})

test('the remaining seconds are told, and a token that has expired is told apart (E16, E21, E41)', async () => {
  const { body } = await extole.call('POST', '/v5/token', { body: { duration_seconds: 60 } })
  expect(body.expires_in).toBe(60)
  extole.moveClock(40)
  expect((await extole.call('GET', '/v5/token', { token: body.access_token })).body.expires_in).toBe(20)
  extole.moveClock(21)
  const late = await extole.call('GET', '/v5/token', { token: body.access_token })
  expect([late.status, late.body.code]).toEqual([403, 'expired_access_token'])
  for (const seconds of [0, 31_536_001, 1.5, 'x']) {
    const refused = await extole.call('POST', '/v5/token', { body: { duration_seconds: seconds } })
    expect([refused.status, refused.body.code]).toEqual([400, 'invalid_access_token_duration'])
  }
})

test('no token, a wrong one, a deleted one and a workspace key are each 403 with their code (E16, E42)', async () => {
  const codes = async (token?: string) => {
    const answer = await extole.call('GET', '/v4/me', token === undefined ? {} : { token })
    return [answer.status, answer.body.code, answer.body.message]
  }
  expect(await codes()).toEqual([
    403,
    'missing_access_token',
    'No access_token was provided with this request.',
  ])
  const invalid = [403, 'invalid_access_token', 'The access_token provided with this request is invalid.']
  expect(await codes('A'.repeat(26))).toEqual(invalid)
  expect(await codes('test-master-key')).toEqual(invalid)
  const token = await newToken(extole)
  const other = (await extole.call('POST', '/v5/token', { token })).body.access_token
  expect((await extole.call('DELETE', '/v5/token', { token })).body).toEqual({ status: 'success' })
  expect(await codes(token)).toEqual(invalid)
  expect((await extole.call('GET', '/v4/me', { token: other })).status).toBe(200)
})

test('query goes before header, a blank place is skipped, a wrong value in the first place decides (E15)', async () => {
  const token = await newToken(extole)
  const status = async (url: string, authorization?: string) =>
    (await extole.call('GET', url, authorization === undefined ? {} : { headers: { authorization } })).status
  for (const form of [`Bearer ${token}`, `Bearer: ${token}`, token])
    expect(await status('/v4/me', form)).toBe(200)
  for (const blank of ['Bearer', 'Bearer:', ' ']) expect(await status('/v4/me', blank)).toBe(403)
  expect(await status(`/v4/me?access_token=${token}`, 'Bearer wrong')).toBe(200)
  expect(await status('/v4/me?access_token=wrong', `Bearer ${token}`)).toBe(403)
  expect(await status('/v4/me?access_token=%20', `Bearer ${token}`)).toBe(200)
  const byBody = await extole.call('POST', '/v4/me', { body: { access_token: token, first_name: 'Ann' } })
  expect(byBody.status).toBe(200)
  const cookie = await extole.call('GET', '/v4/me', { headers: { cookie: `extole_token=${token}` } })
  expect(cookie.body.code).toBe('missing_access_token')
})

test('a valid token gives one of the same device, a wrong one another device, and no cookie is set (E40)', async () => {
  const token = await newToken(extole)
  const same = await extole.call('POST', '/v5/token', { token })
  const other = await extole.call('POST', '/v5/token', { token: 'WRONG' })
  expect(same.headers['set-cookie']).toBeUndefined()
  const id = async (of: string) => (await extole.call('GET', '/v4/me', { token: of })).body.id
  expect(await id(same.body.access_token)).toBe(await id(token))
  expect(await id(other.body.access_token)).not.toBe(await id(token))
})

test('v4 reads and sets cookies, and only where the client does not manage its token itself (E18, E19)', async () => {
  const first = await extole.call('GET', '/v4/token')
  const token = first.body.access_token
  expect(first.body.capabilities).toEqual(['UPDATE_PROFILE'])
  const cookies = first.headers['set-cookie'] as string[]
  expect(cookies).toHaveLength(2)
  for (const [index, name] of ['extole_token', 'access_token'].entries()) {
    expect(cookies[index]).toMatch(
      new RegExp(
        `^${name}=${token}; Path=/; Max-Age=31536000; Expires=[^;]+GMT; HttpOnly; Secure; SameSite=None$`,
      ),
    )
  }
  const byCookie = await extole.call('GET', '/v4/token', { headers: { cookie: `access_token=${token}` } })
  expect(byCookie.body.access_token).toBe(token)
  expect(byCookie.headers['set-cookie']).toHaveLength(2)
  const explicit = await extole.call('GET', '/v4/token', { token })
  expect(explicit.headers['set-cookie']).toBeUndefined()
  const wrong = await extole.call('GET', '/v4/token', { token: 'WRONG' })
  expect([wrong.status, wrong.headers['set-cookie']]).toEqual([403, undefined])
})

test('a client that brings a token of its own gets no cookie, also where that token is none (E19)', async () => {
  const wrong = await extole.call('POST', '/v4/token', { token: 'A'.repeat(26) })
  expect([wrong.status, wrong.headers['set-cookie']]).toEqual([200, undefined])
  const none = await extole.call('POST', '/v4/token')
  expect(none.headers['set-cookie']).toHaveLength(2)
})

test('a stale cookie is told apart from none where a token is needed (E15, E16)', async () => {
  const cookie = `extole_token=${'A'.repeat(26)}`
  for (const [method, url] of [
    ['POST', '/v4/token/get'],
    ['POST', '/v4/token/refresh'],
    ['DELETE', '/v4/token'],
  ] as const) {
    expect((await extole.call(method, url, { headers: { cookie } })).body.code).toBe('invalid_access_token')
    expect((await extole.call(method, url)).body.code).toBe('missing_access_token')
  }
})

test('a token is refreshed once: one that is ended meanwhile does not live on under another name (E42)', async () => {
  for (let round = 0; round < 10; round++) {
    const token = await newToken(extole)
    const refresh = () => extole.call('POST', '/v4/token/refresh', { token })
    const statuses = (await Promise.all([refresh(), refresh()])).map(({ status }) => status)
    expect(statuses.toSorted()).toEqual([200, 403])
  }
})

test('ending or refreshing a token ends it also where a JWT beside it has rotated it (E29, E42, E43)', async () => {
  const jwt = await signJwt({ email: 'ended@x.example' })
  for (const [method, url] of [
    ['DELETE', '/v5/token'],
    ['DELETE', '/v4/token'],
    ['POST', '/v4/token/refresh'],
  ] as const) {
    const token = await newToken(extole)
    const { headers, body } = await extole.call(method, url, { token, headers: { 'x-extole-jwt': jwt } })
    expect(headers['x-extole-token']).toBe(body?.access_token)
    expect((await extole.call('GET', '/v5/token', { token })).body.code).toBe('invalid_access_token')
  }
})

test('a cookie that a foreign origin brings is ignored, and none is set in return (E20)', async () => {
  const token = await newToken(extole)
  const by = (origin: string) =>
    extole.call('GET', '/v4/token', { headers: { cookie: `extole_token=${token}`, origin } })
  expect((await by('https://shop.acme.example')).body.access_token).toBe(token)
  expect((await by('http://acme.example')).body.access_token).toBe(token)
  const foreign = await by('https://evil.example')
  expect(foreign.body.access_token).not.toBe(token)
  expect(foreign.headers['set-cookie']).toBeUndefined()
})

test('v4 refreshes, describes and ends tokens; nobody upgrades one with a shared secret', async () => {
  const { body } = await extole.call('POST', '/v5/token', {
    body: { jwt: await signJwt({ email: 'v4@x.example' }) },
  })
  const refreshed = await extole.call('POST', '/v4/token/refresh', { token: body.access_token })
  expect(refreshed.body.capabilities).toEqual(['UPDATE_PROFILE', 'VERIFIED_CONSUMER'])
  expect((await extole.call('GET', '/v4/me', { token: body.access_token })).status).toBe(403)
  const token = refreshed.body.access_token
  expect((await extole.call('GET', `/v4/token/${token}`)).body.access_token).toBe(token)
  expect((await extole.call('POST', '/v4/token/get', { token })).body.access_token).toBe(token)
  for (const url of ['/v4/token/upgrade', `/v4/token/${token}/upgrade`]) {
    expect((await extole.call('POST', url, { token })).body.code).toBe('method_not_found')
  }
  const ended = await extole.call('DELETE', `/v4/token/${token}`)
  expect([ended.status, ended.text]).toEqual([204, ''])
  expect(String(ended.headers['set-cookie'])).toContain('Max-Age=0')
  const scopes = await extole.call('POST', '/v4/token', { body: { scopes: ['ADMIN'] } })
  expect([scopes.status, scopes.body.code, scopes.body.parameters]).toEqual([
    403,
    'scopes_denied',
    { denied_scopes: 'ADMIN' },
  ])
  const duration = await extole.call('POST', '/v4/token', { body: { duration: 99_999_999 } })
  expect([duration.status, duration.body.code]).toEqual([403, 'duration_denied'])
})
