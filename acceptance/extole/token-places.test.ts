import { describe, expect, it } from 'vitest'
import { describeReply } from '../client.ts'
import { until } from '../until.ts'
import { expectError, okOf } from './conventions.ts'
import { ask, extole, get, masterKey, newToken, post, readMe, tokenAfter, writeKey } from './extole.ts'

it.each(['Bearer TOKEN', 'Bearer: TOKEN', 'TOKEN', 'bearer TOKEN', 'Bearer   TOKEN', 'Token of mine TOKEN'])(
  'E15: Authorization "%s" gives the token',
  async (form) => {
    const Authorization = form.replace('TOKEN', await newToken())
    okOf(await ask('GET', '/api/v4/me', { headers: { Authorization } }))
  },
)

it.each(['Bearer', 'Bearer:', 'Bearer ', '', '  '])(
  'E15: Authorization "%s" is blank, so the next place decides',
  async (Authorization) => {
    expectError(await ask('GET', '/api/v4/me', { headers: { Authorization } }), 403, 'missing_access_token')
    const access_token = await newToken()
    okOf(await ask('POST', '/api/v4/me', { headers: { Authorization }, body: { access_token } }))
  },
)

it('E15: the query goes before the header, and decides even where it is invalid', async () => {
  const [inQuery, inHeader] = [await newToken(), await newToken()]
  const { id } = await readMe(inQuery)
  expect(okOf(await get(`/api/v4/me?access_token=${inQuery}`, inHeader)).id).toBe(id)
  expectError(await get('/api/v4/me?access_token=NONSENSE', inHeader), 403, 'invalid_access_token')
  okOf(await get('/api/v4/me?access_token=', inHeader))
  okOf(await get('/api/v4/me?access_token=%20', inHeader))
})

it('E15: the header goes before cookies, and extole_token before access_token', async () => {
  const [first, second, third] = [await newToken(), await newToken(), await newToken()]
  const Cookie = `access_token=${third}; extole_token=${second}; other=x`
  const given = async (headers: Record<string, string>) =>
    okOf(await ask('GET', '/api/v4/token', { headers })).access_token
  expect(await given({ Cookie, Authorization: `Bearer ${first}` })).toBe(first)
  expect(await given({ Cookie })).toBe(second)
  expect(await given({ Cookie: `access_token=${third}` })).toBe(third)
  expect(await given({ Cookie: `extole_token=; access_token=${third}` })).toBe(third)
})

it('E15: cookies count on web routes and /v4/token only', async () => {
  const token = await newToken()
  const headers = { Cookie: `extole_token=${token}; access_token=${token}` }
  for (const path of ['/events?event_name=visit', '/zones/none', '/api/events/visit']) {
    const reply = await ask('GET', path, { headers })
    expect(tokenAfter(reply), describeReply(reply)).toBe(token)
  }
  for (const path of ['/api/v4/me', '/api/v5/token', '/api/v6/me/shareables', '/api/v4/me/rewards']) {
    expectError(await ask('GET', path, { headers }), 403, 'missing_access_token')
  }
})

it('E15: the body’s access_token counts on POST v4/me and POST v4/shareable only', async () => {
  const access_token = await newToken()
  okOf(await post('/api/v4/me', undefined, { access_token, first_name: 'Ann' }))
  okOf(await ask('POST', '/api/v4/me', { form: { access_token, last_name: 'Lee' } }))
  expect(await readMe(access_token)).toMatchObject({ first_name: 'Ann', last_name: 'Lee' })
  const shareable = { access_token, label: 'refer-a-friend', target_url: 'https://shop.acme.example/' }
  okOf(await post('/api/v4/shareable', undefined, shareable))
  for (const path of ['/api/v4/me/parameters', '/api/v6/events', '/api/v6/me/shareables']) {
    const reply = await post(path, undefined, { access_token, event_name: 'visit', parameters: {} })
    expectError(reply, 403, 'missing_access_token')
  }
})

it('E15: the body is the last place', async () => {
  const [inHeader, inBody] = [await newToken(), await newToken()]
  okOf(await post('/api/v4/me', inHeader, { access_token: inBody, first_name: 'Header' }))
  expect((await readMe(inHeader)).first_name).toBe('Header')
  expect((await readMe(inBody)).first_name).toBeNull()
})

describe('E16: API routes refuse with 403, never 401', () => {
  const routes = [
    ['GET', '/api/v5/token'],
    ['DELETE', '/api/v5/token'],
    ['GET', '/api/v4/me'],
    ['POST', '/api/v4/me'],
    ['GET', '/api/v4/me/parameters'],
    ['POST', '/api/v4/me/parameters'],
    ['PUT', '/api/v4/me/parameters/size'],
    ['GET', '/api/v4/persons/1'],
    ['POST', '/api/v4/me/send-verification-email'],
    ['GET', '/api/v4/me/send-verification-email/status/1'],
    ['GET', '/api/v6/me/shareables'],
    ['POST', '/api/v6/me/shareables'],
    ['POST', '/api/v6/me/shareables/get-create-or-update'],
    ['POST', '/api/v5/me/shareables'],
    ['GET', '/api/v5/shareables/code'],
    ['PUT', '/api/v5/me/shareables/code'],
    ['GET', '/api/v4/me/shareables'],
    ['POST', '/api/v6/events'],
    ['POST', '/api/v6/zones'],
  ] as const

  it.each(routes)('%s %s', async (method, path) => {
    const body = method === 'POST' || method === 'PUT' ? {} : undefined
    expectError(await ask(method, path, { body }), 403, 'missing_access_token', {})
    for (const token of ['A'.repeat(26), 'NONSENSE', masterKey, writeKey]) {
      const reply = await ask(method, path, { body, token })
      expectError(reply, 403, 'invalid_access_token', {})
      expect(JSON.parse(reply.body.toString()).message).toBe(
        'The access_token provided with this request is invalid.',
      )
    }
  })
})

it('E16: an expired token is told apart', async () => {
  const token = await newToken({ duration_seconds: 1 })
  const reply = await until(
    () => get('/api/v4/me', token),
    (answer) => answer.status !== 200,
  )
  expectError(reply, 403, 'expired_access_token', {})
  okOf(await post('/api/v5/token', token))
})

it.each([
  ['POST', '/events'],
  ['GET', '/events/visit'],
  ['POST', '/api/events/visit'],
  ['POST', '/zones/none'],
  ['GET', '/zone/none'],
])('E17: %s %s without a good token allocates a device and token', async (method, path) => {
  const body = method === 'POST' ? JSON.stringify({ event_name: 'visit' }) : undefined
  const headers = { 'Content-Type': 'application/json' }
  const tokens = new Set<string>()
  const expired = await newToken()
  okOf(await ask('DELETE', '/api/v5/token', { token: expired }))
  for (const Authorization of [undefined, 'Bearer NONSENSE', `Bearer ${expired}`]) {
    const reply = await extole({ method, path, body, headers: { ...headers, Authorization } })
    expect(reply.status, describeReply(reply)).toBe(200)
    const token = tokenAfter(reply)
    expect((await readMe(token)).email).toBeNull()
    tokens.add(token)
  }
  expect(tokens.size).toBe(3)
  expect(tokens.has(expired)).toBe(false)
})
