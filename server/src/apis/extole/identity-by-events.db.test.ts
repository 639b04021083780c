import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Answer } from '../../testing/call-app.ts'
import { newToken, type TestExtole } from './extole.fixture.ts'
import { openReferralExtole } from './referral.fixture.ts'
import { signJwt } from './sign-jwt.fixture.ts'

let extole: TestExtole
beforeAll(async () => {
  extole = await openReferralExtole()
})
afterAll(() => extole[Symbol.asyncDispose]())

const me = async (token: string) => (await extole.call('GET', '/v4/me', { token })).body
const tokenOf = (answer: Answer) => String(answer.headers['x-extole-token'])
const send = (token: string, body: object) =>
  extole.call('POST', '/v6/events', { token, body: { event_name: 'visit', ...body } })
const scopes = async (token: string) => (await extole.call('GET', '/v5/token', { token })).body.scopes.length

test('an event that binds the device rotates; one that says nothing new does not (E29–E31)', async () => {
  const token = await newToken(extole)
  const bound = await send(token, { data: { email: 'ev1@x.example' } })
  const rotated = tokenOf(bound)
  expect(rotated).toMatch(/^[0-9A-Z]{26}$/)
  expect(rotated).not.toBe(token)
  expect((await me(token)).id).toBe((await me(rotated)).id)
  const again = await send(rotated, { data: { email: 'EV1@x.example' } })
  expect(tokenOf(again)).toBe(rotated)
})

test('another identifier binds the device to somebody else; nobody known makes a new person (E29, E32)', async () => {
  const token = await newToken(extole)
  await extole.call('POST', '/v4/me', { token, body: { last_name: 'Lee' } })
  const one = tokenOf(await send(token, { data: { email: 'ev2@x.example' } }))
  const first = await me(one)
  expect(first.last_name).toBe('Lee')
  const two = tokenOf(await send(one, { data: { email: 'ev3@x.example' } }))
  const second = await me(two)
  expect(second.id).not.toBe(first.id)
  expect(second).toMatchObject({ email: 'ev3@x.example', last_name: null })
  const back = await me(await newToken(extole, { email: 'ev2@x.example' }))
  expect(back.id).toBe(first.id)
})

test('a JWT in an event verifies the new token, never the old one, and a bad one refuses the event (E43, E48, E49)', async () => {
  const token = await newToken(extole)
  const verified = tokenOf(
    await send(token, { jwt: await signJwt({ email: 'ev4@x.example' }), data: { email: 'no@x.example' } }),
  )
  expect([await scopes(verified), await scopes(token)]).toEqual([2, 1])
  expect((await me(verified)).email).toBe('ev4@x.example')
  const bad = await send(token, { id_token: 'rubbish' })
  expect([bad.status, bad.body.code]).toEqual([403, 'jwt_authentication_error'])
})

test('a refused event or zone changes nothing by the JWT of its header, and tells the token to use all the same (E30, E48, E103)', async () => {
  const jwt = await signJwt({ email: 'ev6@x.example' })
  const refused: [string, object][] = [
    ['/v6/events', {}],
    ['/v6/events', { event_name: 'visit', jwt: 'rubbish' }],
    ['/v6/events', { event_name: 'visit', data: { email: 'no address' } }],
    ['/v6/zones', { event_name: 'nobody-knows' }],
    ['/events', {}],
    ['/zones', { event_name: 'nobody-knows' }],
  ]
  for (const [url, body] of refused) {
    const token = await newToken(extole)
    const answer = await extole.call('POST', url, { token, body, headers: { 'x-extole-jwt': jwt } })
    expect(answer.headers['x-extole-error'] ?? answer.status >= 400, url).toBeTruthy()
    expect(tokenOf(answer)).toBe(token)
    expect((await me(token)).email).toBeNull()
  }
  const token = await newToken(extole)
  const taken = await extole.call('POST', '/v6/events', {
    token,
    body: { event_name: 'visit', jwt: await signJwt({ email: 'ev7@x.example' }) },
    headers: { 'x-extole-jwt': jwt },
  })
  expect(await me(tokenOf(taken))).toMatchObject({ email: 'ev7@x.example' })
  const bad = await extole.call('POST', '/v6/events', {
    token,
    body: { event_name: 'visit', jwt },
    headers: { 'x-extole-jwt': 'rubbish' },
  })
  expect(bad.body.code).toBe('jwt_authentication_error')
})

test('an error of a web event is told in a header that any client can take, whatever was sent (E103)', async () => {
  const answer = await extole.call('POST', '/events', {
    body: { event_name: 'visit', data: { email: 'é'.repeat(100_000) } },
  })
  expect(answer.headers['x-extole-error-message']).toBe('invalid_email')
  expect(String(answer.headers['x-extole-error']).length).toBeLessThan(4096)
})

test('names in an event are taken where the token may write them, and silently left alone where not (E34)', async () => {
  const token = await newToken(extole)
  await send(token, { data: { first_name: 'Ann', locale: 'cs' } })
  expect(await me(token)).toMatchObject({ first_name: 'Ann', locale: 'cs' })
  await extole.call('POST', '/v5/token', {
    body: { jwt: await signJwt({ email: 'ev5@x.example', first_name: 'Eve' }) },
  })
  const guest = tokenOf(await send(token, { data: { email: 'ev5@x.example' } }))
  const refused = await send(guest, { data: { first_name: 'Mallory', last_name: 'x'.repeat(99) } })
  expect(refused.status).toBe(200)
  const owner = (
    await extole.call('POST', '/v5/token', { body: { jwt: await signJwt({ email: 'ev5@x.example' }) } })
  ).body
  expect((await me(owner.access_token)).first_name).toBe('Eve')
})

test('a web call without a good token allocates one, with cookies unless the client manages its own (E17, E19, E30)', async () => {
  const fresh = await extole.call('POST', '/events', { body: { event_name: 'visit' } })
  expect(fresh.status).toBe(200)
  expect(fresh.body.token).toBe(tokenOf(fresh))
  expect(String(fresh.headers['set-cookie'])).toContain(`extole_token=${fresh.body.token}`)
  const explicit = await extole.call('POST', '/api/events', { token: 'WRONG', body: { event_name: 'visit' } })
  expect(explicit.body.token).not.toBe('WRONG')
  expect(explicit.headers['set-cookie']).toBeUndefined()
  const cookie = { cookie: `extole_token=${fresh.body.token}` }
  const bound = await extole.call('POST', '/events', {
    headers: cookie,
    body: { event_name: 'visit', data: { email: 'ev6@x.example' } },
  })
  expect(bound.body.token).not.toBe(fresh.body.token)
  expect(bound.headers['set-cookie']).toHaveLength(2)
  expect(String(bound.headers['set-cookie'])).toContain(`extole_token=${bound.body.token}`)
})

test('GET identifies an anonymous device, and never makes a bound one somebody else (E33)', async () => {
  const bound = await extole.call('GET', '/events/visit?email=ev7@x.example')
  const token = bound.body.token
  expect((await me(token)).email).toBe('ev7@x.example')
  const other = await extole.call('GET', '/events/visit?email=ev8@x.example', { token })
  expect(tokenOf(other)).toBe(token)
  expect((await me(token)).email).toBe('ev7@x.example')
})

test('an error of a web call is 200 with its code in headers, and changes nothing (E103)', async () => {
  const token = await newToken(extole)
  const failed = await extole.call('POST', '/events', {
    token,
    body: { event_name: 'visit', data: { email: 'nonsense é' } },
  })
  expect([failed.status, failed.headers['x-extole-error-message']]).toEqual([200, 'invalid_email'])
  expect(failed.body).toEqual({ id: null, token, cookie_consent: null })
  const error = JSON.parse(String(failed.headers['x-extole-error']))
  expect(error).toMatchObject({
    code: 'invalid_email',
    http_status_code: 403,
    parameters: { email: 'nonsense é' },
  })
})

test("a GET with somebody else's JWT neither moves a bound device nor verifies it (E33)", async () => {
  const token = await newToken(extole, { email: 'ev9@x.example' })
  const jwt = await signJwt({ email: 'ev10@x.example', last_name: 'Other' })
  for (const answer of [
    await extole.call('GET', `/events/visit?jwt=${jwt}`, { token }),
    await extole.call('GET', '/events/visit', { token, headers: { 'x-extole-jwt': jwt } }),
  ]) {
    expect(tokenOf(answer)).toBe(token)
  }
  const kept = await extole.call('GET', '/v5/token', { token })
  expect(kept.body.scopes).toEqual(['UPDATE_PROFILE'])
  expect((await me(token)).email).toBe('ev9@x.example')
})

test.each([
  ['/api/v6/events', (data: string) => `{"event_name":"visit","data":{${data}}}`],
  ['/events/visit', (data: string) => `{${data}}`],
])(
  'a numeric partner id of a call to %s names exactly who its digits name (S10, S12)',
  async (url, bodyOf) => {
    const ids = ['9007199254740992', '9007199254740993', '123456789012345678901234567890', '42']
    for (const digits of ids) {
      const token = await newToken(extole)
      const payload = bodyOf(`"partner_user_id":${digits},"more":[1.5]`)
      const headers = { 'content-type': 'application/json' }
      await extole.call('POST', url, { token, payload, headers })
      expect((await me(token)).partner_user_id).toBe(digits)
    }
  },
)

test('what is neither text nor number is data of an event, and no partner id (S10)', async () => {
  for (const other of [true, ['c-1'], { id: 'c-1' }]) {
    const token = await newToken(extole)
    expect((await send(token, { data: { partner_user_id: other } })).status).toBe(200)
    expect((await me(token)).partner_user_id).toBeNull()
  }
})
