import { expect, it } from 'vitest'
import { describeReply, fieldsOf, type Reply } from '../client.ts'
import { uniqueEmail } from '../unique.ts'
import { until } from '../until.ts'
import { aToken, expectError, okOf } from './conventions.ts'
import { ask, get, identified, newToken, post, readMe, tokenOf, trustOf, verified } from './extole.ts'
import { signJwt } from './sign-jwt.ts'

const yearSeconds = 31_536_000

async function deviceProfileOf(reply: Reply): Promise<unknown> {
  return (await readMe(tokenOf(reply))).id
}

it('E14: a token is 26 characters of 0–9 and A–Z, another one each time', async () => {
  const tokens = await Promise.all(Array.from({ length: 20 }, () => newToken()))
  for (const token of tokens) expect(token).toMatch(aToken)
  expect(new Set(tokens).size).toBe(20)
  // 128 random bits in 26 characters leave no room for a counter or a clock: no place is the same in all of them.
  for (let place = 1; place < 26; place++) {
    expect(new Set(tokens.map((token) => token[place])).size, `place ${place}`).toBeGreaterThan(1)
  }
})

it('E40: POST needs no token and no body, makes a new device, and sets no cookie', async () => {
  const replies = await Promise.all([
    post('/api/v5/token'),
    post('/api/v5/token', undefined, {}),
    ask('POST', '/api/v5/token', { headers: { 'Content-Type': 'application/json' } }),
    ask('POST', '/api/v5/token', { headers: { Cookie: `extole_token=${await newToken()}` } }),
  ])
  for (const reply of replies) {
    expect(okOf(reply)).toEqual({
      access_token: expect.stringMatching(aToken),
      expires_in: yearSeconds,
      scopes: ['UPDATE_PROFILE'],
    })
    expect(reply.headers['set-cookie'], describeReply(reply)).toBeUndefined()
  }
  expect(new Set(await Promise.all(replies.map(deviceProfileOf))).size).toBe(replies.length)
})

it('E40: with a valid token, by query or header, the new one names the same device', async () => {
  const token = await newToken()
  const { id } = await readMe(token)
  expect(await deviceProfileOf(await post('/api/v5/token', token))).toBe(id)
  expect(await deviceProfileOf(await post(`/api/v5/token?access_token=${token}`))).toBe(id)
})

it('E40: a stale or wrong token is not an error, the device is new', async () => {
  const stale = await newToken()
  const { id } = await readMe(stale)
  okOf(await ask('DELETE', '/api/v5/token', { token: stale }))
  expect(await deviceProfileOf(await post('/api/v5/token', stale))).not.toBe(id)
  okOf(await post('/api/v5/token', 'NONSENSE'))
  okOf(await post('/api/v5/token', 'test-master-key'))
})

it('E40, E24: with an e-mail it is identified', async () => {
  const email = uniqueEmail()
  const token = await newToken({ email: `  ${email.toUpperCase()} ` })
  expect(await trustOf(token)).toBe('identified')
  expect((await readMe(token)).email).toBe(email)
})

it('E41: jwt wins over email', async () => {
  const [proved, typed] = [uniqueEmail('proved'), uniqueEmail('typed')]
  const token = await newToken({ email: typed, jwt: await signJwt({ email: proved }) })
  expect(await readMe(token)).toMatchObject({ email: proved })
  expect(await trustOf(token)).toBe('verified')
})

it.each(['nonsense', '', 'a@b@c', 'spaces in@example.com'])(
  'E41: the e-mail %j is 403 invalid_email, and shown',
  async (email) => {
    expectError(await post('/api/v5/token', undefined, { email }), 403, 'invalid_email', { email })
  },
)

it('E41: a bad JWT is 403 jwt_error with reason and description', async () => {
  const reply = await post('/api/v5/token', undefined, { jwt: 'x', email: uniqueEmail() })
  expectError(reply, 403, 'jwt_error', { reason: 'MALFORMED', description: expect.stringMatching(/\S/) })
})

it.each([0, -1, 31_536_001, 1.5, 'soon', true])(
  'E41: duration_seconds %j is 400 invalid_access_token_duration',
  async (duration_seconds) => {
    const reply = await post('/api/v5/token', undefined, { duration_seconds })
    expectError(reply, 400, 'invalid_access_token_duration')
  },
)

it.each([1, 3600, yearSeconds])('E21: a token lives the %i seconds that were asked for', async (seconds) => {
  const reply = await post('/api/v5/token', undefined, { duration_seconds: seconds })
  expect(okOf(reply).expires_in).toBe(seconds)
})

it('E21: null asks for nothing less than a year, and reading a token gives whole remaining seconds', async () => {
  const token = tokenOf(await post('/api/v5/token', undefined, { duration_seconds: null, email: null }))
  const reply = await until(
    () => get('/api/v5/token', token),
    (answer) => Number(okOf(answer).expires_in) < yearSeconds,
  )
  const seconds = Number(okOf(reply).expires_in)
  expect(Number.isInteger(seconds)).toBe(true)
  expect(seconds).toBeGreaterThan(yearSeconds - 60)
})

it('E22: GET gives the object of this token, by query or header, with the scopes of its trust', async () => {
  const tokens = [await newToken(), (await identified()).token, (await verified()).token]
  const scopes = [['UPDATE_PROFILE'], ['UPDATE_PROFILE'], ['UPDATE_PROFILE', 'VERIFIED_CONSUMER']]
  for (const [index, token] of tokens.entries()) {
    for (const reply of [
      await get('/api/v5/token', token),
      await get(`/api/v5/token?access_token=${token}`),
    ]) {
      expect(okOf(reply)).toEqual({
        access_token: token,
        expires_in: expect.any(Number),
        scopes: scopes[index],
      })
    }
  }
})

it('E42: after DELETE the token is invalid at once, and other tokens of the device live on', async () => {
  const first = await newToken()
  const second = tokenOf(await post('/api/v5/token', first))
  expect(fieldsOf(await ask('DELETE', '/api/v5/token', { token: first }))).toEqual({ status: 'success' })
  expectError(await get('/api/v5/token', first), 403, 'invalid_access_token')
  expectError(await get('/api/v4/me', first), 403, 'invalid_access_token')
  await readMe(second)
  okOf(await ask('DELETE', `/api/v5/token?access_token=${second}`))
  expectError(await get('/api/v4/me', second), 403, 'invalid_access_token')
})
