import { expect, it } from 'vitest'
import { describeReply, type Reply } from '../client.ts'
import { uniqueEmail } from '../unique.ts'
import { aToken, expectError, okOf } from './conventions.ts'
import { ask, get, identified, newToken, post, readMe, tokenOf, trustOf, verified } from './extole.ts'
import { signJwt } from './sign-jwt.ts'

const yearSeconds = 31_536_000

function expectCleared(reply: Reply): void {
  expect(reply.status, describeReply(reply)).toBe(204)
  expect(reply.body.length).toBe(0)
  const cookies = reply.headers['set-cookie'] ?? []
  expect(cookies.map((cookie) => cookie.split('=')[0]).sort()).toEqual(['access_token', 'extole_token'])
  for (const cookie of cookies) {
    expect(cookie).toMatch(/^\w+=;/)
    expect(cookie).toMatch(/Max-Age=0/)
  }
}

it('section 4, v4: an answer is the v5 object and capabilities, the same as scopes', async () => {
  const { token } = await verified()
  for (const reply of [
    await get('/api/v4/token', token),
    await get(`/api/v4/token/${token}`),
    await post('/api/v4/token/get', token),
    await post('/api/v4/token', token),
  ]) {
    expect(okOf(reply)).toEqual({
      access_token: expect.stringMatching(aToken),
      expires_in: expect.any(Number),
      scopes: ['UPDATE_PROFILE', 'VERIFIED_CONSUMER'],
      capabilities: ['UPDATE_PROFILE', 'VERIFIED_CONSUMER'],
    })
  }
})

it('section 4, v4: GET returns the current token, or allocates device and token', async () => {
  const { token } = await identified()
  expect(okOf(await get('/api/v4/token', token)).access_token).toBe(token)
  const allocated = tokenOf(await get('/api/v4/token'))
  expect((await readMe(allocated)).email).toBeNull()
  const stale = { Cookie: 'extole_token=AAAAAAAAAAAAAAAAAAAAAAAAAA' }
  expect(tokenOf(await ask('GET', '/api/v4/token', { headers: stale }))).toMatch(aToken)
})

it('section 4, v4: POST is like v5: same device, e-mail, JWT, and a wrong token is no error', async () => {
  const token = await newToken()
  const { id } = await readMe(token)
  expect((await readMe(tokenOf(await post('/api/v4/token', token)))).id).toBe(id)
  const email = uniqueEmail()
  expect(await readMe(tokenOf(await post('/api/v4/token', undefined, { email })))).toMatchObject({ email })
  const jwt = await signJwt({ email })
  expect(await trustOf(tokenOf(await post('/api/v4/token', undefined, { jwt, email: 'x@y.example' })))).toBe(
    'verified',
  )
  expect((await readMe(tokenOf(await post('/api/v4/token', 'NONSENSE')))).id).not.toBe(id)
  expectError(await post('/api/v4/token', undefined, { email: 'nonsense' }), 403, 'invalid_email')
  expectError(await post('/api/v4/token', undefined, { jwt: 'x.y.z' }), 403, 'jwt_error')
})

it('section 4, v4: duration in seconds', async () => {
  expect(okOf(await post('/api/v4/token', undefined, { duration: 60 })).expires_in).toBe(60)
  expect(okOf(await post('/api/v4/token', undefined, { duration: null })).expires_in).toBe(yearSeconds)
  for (const duration of [0, -5, yearSeconds + 1]) {
    const reply = await post('/api/v4/token', undefined, { duration })
    expectError(reply, 403, 'duration_denied', { maximum: String(yearSeconds), duration: String(duration) })
  }
})

it('section 4, v4: a scope that the token cannot have is 403 scopes_denied', async () => {
  okOf(await post('/api/v4/token', undefined, { scopes: ['UPDATE_PROFILE'] }))
  const jwt = await signJwt({ email: uniqueEmail() })
  okOf(await post('/api/v4/token', undefined, { scopes: ['UPDATE_PROFILE', 'VERIFIED_CONSUMER'], jwt }))
  for (const scope of ['VERIFIED_CONSUMER', 'CLIENT_ADMIN']) {
    const reply = await post('/api/v4/token', undefined, { scopes: ['UPDATE_PROFILE', scope] })
    expectError(reply, 403, 'scopes_denied', { denied_scopes: scope })
  }
})

it('section 4, v4: refresh gives a new token of the same device and trust, and deletes the old one', async () => {
  for (const { token, id } of [await identified(), await verified()]) {
    const trust = await trustOf(token)
    const next = tokenOf(await post('/api/v4/token/refresh', token))
    expect(next).not.toBe(token)
    expect((await readMe(next)).id).toBe(id)
    expect(await trustOf(next)).toBe(trust)
    expectError(await get('/api/v4/me', token), 403, 'invalid_access_token')
  }
  const headers = { Cookie: `extole_token=${await newToken()}` }
  const byCookie = await ask('POST', '/api/v4/token/refresh', { headers })
  expect(String(byCookie.headers['set-cookie'])).toContain(`extole_token=${tokenOf(byCookie)}`)
})

it('E16: routes of v4 that need a token say so', async () => {
  for (const [method, path] of [
    ['POST', '/api/v4/token/refresh'],
    ['POST', '/api/v4/token/get'],
    ['DELETE', '/api/v4/token'],
  ] as const) {
    expectError(await ask(method, path), 403, 'missing_access_token')
    expectError(await ask(method, path, { token: 'NONSENSE' }), 403, 'invalid_access_token')
  }
  expectError(await get('/api/v4/token', 'NONSENSE'), 403, 'invalid_access_token')
  for (const method of ['GET', 'DELETE']) {
    expectError(await ask(method, `/api/v4/token/${'A'.repeat(26)}`), 403, 'invalid_access_token')
  }
})

it('section 4, v4: DELETE of the current token or of one that is named is 204, empty, and clears both cookies', async () => {
  const [current, named, byCookie] = [await newToken(), await newToken(), await newToken()]
  expectCleared(await ask('DELETE', '/api/v4/token', { token: current }))
  expectCleared(await ask('DELETE', `/api/v4/token/${named}`))
  expectCleared(await ask('DELETE', '/api/v4/token', { headers: { Cookie: `access_token=${byCookie}` } }))
  for (const token of [current, named, byCookie]) {
    expectError(await get('/api/v4/me', token), 403, 'invalid_access_token')
  }
})

it('section 4, v4: upgrade by a shared secret is 404 method_not_found', async () => {
  const { token } = await identified()
  expectError(await post('/api/v4/token/upgrade', token, { secret: 'x' }), 404, 'method_not_found')
  expectError(await post(`/api/v4/token/${token}/upgrade`, token, {}), 404, 'method_not_found')
})
