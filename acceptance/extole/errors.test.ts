import { describe, expect, it } from 'vitest'
import { describeReply, type Fields, fieldsOf, type Reply } from '../client.ts'
import { unique, uniqueEmail } from '../unique.ts'
import { aToken, expectError, okOf } from './conventions.ts'
import { ask, extole, get, identified, masterKey, newToken, post, writeKey } from './extole.ts'
import { signJwt } from './sign-jwt.ts'

const raw = (method: string, path: string, body: string, token?: string, type = 'application/json') =>
  extole({
    method,
    path,
    body,
    headers: { 'Content-Type': type, Authorization: token },
  })

const anonymous = newToken()

/** Every code of the table, with status and parameters; those of rates and of our own failures need another server. */
const table: readonly (readonly [string, number, () => Promise<Reply>, Fields])[] = [
  ['missing_access_token', 403, () => get('/api/v4/me'), {}],
  ['invalid_access_token', 403, () => get('/api/v4/me', 'A'.repeat(26)), {}],
  ['access_denied', 403, async () => post('/api/v4/me', (await identified()).token, { first_name: 'A' }), {}],
  [
    'jwt_error',
    403,
    () => post('/api/v5/token', undefined, { jwt: 'rubbish' }),
    { reason: 'MALFORMED', description: expect.stringMatching(/\S/) },
  ],
  [
    'jwt_authentication_error',
    403,
    async () => ask('GET', '/api/v4/me', { token: await anonymous, headers: { 'X-Extole-Jwt': 'rubbish' } }),
    { reason: 'MALFORMED', description: expect.stringMatching(/\S/) },
  ],
  ['invalid_email', 403, () => post('/api/v5/token', undefined, { email: 'nobody' }), { email: 'nobody' }],
  ['invalid_access_token_duration', 400, () => post('/api/v5/token', undefined, { duration_seconds: 0 }), {}],
  [
    'scopes_denied',
    403,
    () => post('/api/v4/token', undefined, { scopes: ['ADMIN'] }),
    { denied_scopes: 'ADMIN' },
  ],
  [
    'duration_denied',
    403,
    () => post('/api/v4/token', undefined, { duration: 99_999_999 }),
    { maximum: '31536000', duration: '99999999' },
  ],
  ['consumer_token_invalid', 400, () => post(`/api/v2/consumers/${'A'.repeat(26)}/authorize`, masterKey), {}],
  [
    'consumer_token_upgrade_not_allowed',
    403,
    async () => post(`/api/v2/consumers/${await anonymous}/authorize`, masterKey),
    {},
  ],
  [
    'profile_not_set',
    403,
    async () => post('/api/v4/me/send-verification-email', await anonymous),
    { person_id: expect.stringMatching(/^\d+$/) },
  ],
  ['missing_request_body', 400, async () => post('/api/v4/me', await anonymous), {}],
  [
    'invalid_json',
    400,
    async () => raw('POST', '/api/v4/me', '{"first_name"', await anonymous),
    { location: expect.any(String) },
  ],
  [
    'invalid_json',
    400,
    async () => raw('POST', '/api/v4/me', '["a"]', await anonymous),
    { location: expect.any(String) },
  ],
  [
    'invalid_json_malformed',
    400,
    async () => post('/api/v4/me', await anonymous, { first_name: { a: 1 } }),
    { invalid_property: 'first_name', invalid_value: expect.any(String) },
  ],
  [
    'invalid_parameter',
    400,
    async () => get('/api/v6/email/share/status/1', await anonymous),
    { parameter: 'polling_id' },
  ],
  [
    'request_body_size_too_large',
    400,
    async () => post('/api/v4/me', await anonymous, { first_name: 'x'.repeat(256 * 1024) }),
    { body_size: expect.stringMatching(/^\d+$/), max_allowed_body_size: '262144' },
  ],
  ['method_not_found', 404, async () => get('/api/v4/nothing', await anonymous), {}],
  ['method_not_allowed', 405, async () => ask('DELETE', '/api/v4/me', { token: await anonymous }), {}],
  [
    'unsupported_media_type',
    415,
    async () => raw('POST', '/api/v4/me', '<a/>', await anonymous, 'text/xml'),
    {},
  ],
  [
    'invalid_program_domain',
    404,
    () => ask('POST', '/api/v5/token', { headers: { Host: 'nowhere.example' } }),
    {},
  ],
]

describe('the error shape', () => {
  it.each(table)('E116: %s is %i with its parameters', async (code, status, send, parameters) => {
    expectError(await send(), status, code, parameters)
  })

  it.each(['/api/v4/%zz', '/zones/%E0%A4%A', '/api/v6/me/shareables/%C3%28', '/v5/%'])(
    'E116: a URL that cannot be read (%s) is unexpected_request',
    async (path) => {
      for (const method of ['GET', 'POST'])
        expectError(await ask(method, path), 400, 'unexpected_request', {})
    },
  )

  it.each(['/%ff', '/%', '/%zz/x'])('E116: what is nobody’s is told in the same shape (%s)', async (path) => {
    expectError(await get(path), 404, 'method_not_found', {})
  })

  it('E116: texts that clients compare', async () => {
    const message = async (reply: Promise<Reply>) => fieldsOf(await reply).message
    expect(await message(get('/api/v4/me'))).toBe('No access_token was provided with this request.')
    expect(await message(get('/api/v4/me', 'nonsense'))).toBe(
      'The access_token provided with this request is invalid.',
    )
  })

  it('E116: a workspace key is no access token, and is not told back', async () => {
    for (const key of [masterKey, writeKey]) {
      const reply = await get('/api/v4/me', key)
      expectError(reply, 403, 'invalid_access_token', {})
      expect(reply.body.toString()).not.toContain(key)
    }
  })

  it('E116: unique_id is new each time', async () => {
    const replies = await Promise.all(Array.from({ length: 20 }, () => get('/api/v4/me')))
    expect(new Set(replies.map((reply) => fieldsOf(reply).unique_id)).size).toBe(20)
  })

  it('E116: no error holds a token, a key or a JWT that was sent, wherever it stood', async () => {
    const jwt = await signJwt({ email: uniqueEmail() }, { secret: 'another-secret-of-32-characters!' })
    const token = unique('SECRET').toUpperCase()
    const sent = [
      await get(`/api/v4/me?access_token=${token}`),
      await post('/api/v5/token', undefined, { jwt }),
      await post('/api/v5/token', undefined, { jwt: { token } }),
      await post('/api/v4/token', undefined, { jwt: [token] }),
      await get(`/api/v4/token/${token}`, await anonymous),
      await post(`/api/v2/consumers/${token}/authorize`, masterKey),
      await ask('POST', '/api/v4/me', { body: { access_token: { token } } }),
      await get(`/api/v4/me?access_token=${jwt}`),
    ]
    for (const reply of sent) {
      expect(reply.status, describeReply(reply)).toBeGreaterThanOrEqual(400)
      expect(reply.body.toString()).not.toContain(token)
      expect(reply.body.toString()).not.toContain(jwt)
    }
  })
})

it('E12: answers of every kind forbid caching and sniffing', async () => {
  const token = await anonymous
  const replies = [
    await post('/api/v5/token'),
    await get('/api/v4/me', token),
    await get('/api/v4/me'),
    await get('/events/visit', token),
    await get('/zones/no_such_zone', token),
    await ask('DELETE', '/api/v4/token', { token: await newToken() }),
    await ask('PATCH', '/api/v4/me'),
    await get('/foo/bar'),
  ]
  for (const reply of replies) {
    const { 'cache-control': caching, 'x-content-type-options': sniffing } = reply.headers
    expect([caching, sniffing], describeReply(reply)).toEqual(['no-store', 'nosniff'])
  }
})

describe('paths and methods', () => {
  it.each([
    '/api/v2/nothing',
    '/api/v3/signals/x',
    '/api/v4',
    '/api/v4/me/nothing',
    '/api/v5/tokens',
    '/api/v6/events/x',
    '/v6/zone',
    '/api/zone',
    '/api/zone/mobile_sharing',
    '/api/core.js',
    '/events/a/b',
    '/zones/a/b',
    '/web/nothing',
    '/foo/bar',
    '/api/foo',
    '/v7/foo',
    '/API/v5/token',
  ])('E121: %s is method_not_found, with whatever method', async (path) => {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH']) {
      expectError(await ask(method, path, { token: await anonymous }), 404, 'method_not_found', {})
    }
  })

  it.each([
    ['/api/v5/token', 'PUT', ['GET', 'POST', 'DELETE']],
    ['/v4/me', 'DELETE', ['GET', 'POST']],
    ['/api/v6/events', 'GET', ['POST']],
    ['/api/v6/me/shareables/', 'DELETE', ['GET', 'POST']],
    ['/api/v6/email/share/batch', 'GET', ['POST']],
    ['/events', 'DELETE', ['GET', 'POST']],
    ['/api/zones/mobile_sharing', 'PUT', ['GET', 'POST']],
    ['/zone', 'POST', ['GET']],
    ['/core.js', 'POST', ['GET']],
    ['/api/v4/debug/logs', 'GET', ['POST']],
  ])('E121: %s knows no %s: 405 with what it allows', async (path, method, allowed) => {
    const reply = await ask(method, path)
    expectError(reply, 405, 'method_not_allowed', {})
    const allow = String(reply.headers.allow)
      .split(',')
      .map((name) => name.trim())
    for (const name of allowed) expect(allow).toContain(name)
    expect(allow).not.toContain(method)
  })

  it('E122: headers of vendors’ clients change no answer', async () => {
    const { token } = await identified()
    const plain = await get('/api/v4/me', token)
    const headers = {
      'X-Extole-App': 'shop',
      'X-Extole-App-Version': '9.9 (č)'.replace('č', 'c'),
      'X-Extole-App-Type': 'ios',
      'X-Extole-Sandbox': 'test',
      'X-Extole-Sdk-Version': '1.2.3',
      'X-Extole-Debug': 'nonsense',
      'X-Forwarded-Host': 'other.localhost',
      'Time-Zone': 'Mars/Olympus',
      'User-Agent': '',
    }
    const dressed = await ask('GET', '/api/v4/me', { token, headers })
    expect([dressed.status, okOf(dressed)]).toEqual([plain.status, okOf(plain)])
    expect(okOf(await ask('POST', '/api/v5/token', { headers })).access_token).toMatch(aToken)
  })

  it.each([
    ['POST', '/api/v5/custom/share'],
    ['POST', '/api/v4/events/share'],
    ['GET', '/api/v4/me/email'],
    ['POST', '/api/v4/me/friends/a@b.example/remind'],
    ['GET', '/api/v4/assets'],
    ['GET', '/api/v4/me/assets/1'],
    ['POST', '/api/v6/assets/upload'],
    ['GET', '/api/v4/reports'],
    ['GET', '/api/v4/reports/1/download'],
    ['GET', '/api/v3/signals/1'],
    ['GET', '/api/v4/barcode'],
    ['POST', '/api/v4/email/validate'],
    ['POST', '/api/v6/address/validate'],
    ['POST', '/api/v4/debug/content-security-policy-reports'],
    ['GET', '/api/v4/debug/mode/on'],
    ['POST', '/api/v2/link'],
    ['POST', '/api/v4/token/upgrade'],
    ['GET', '/api/v2/consumers'],
    ['GET', '/api/v4/clients'],
  ])('section 22: %s %s is not offered', async (method, path) => {
    expectError(await ask(method, path, { token: await anonymous }), 404, 'method_not_found', {})
    expectError(await ask(method, path.replace('/api', '')), 404, 'method_not_found', {})
  })
})

describe('rates', () => {
  it('E117: TESSERA_RATE_LIMIT=off lifts every one of them', async () => {
    const { token } = await identified()
    const replies = await Promise.all(Array.from({ length: 150 }, () => get('/api/v4/me', token)))
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]))
    for (let asked = 0; asked < 3; asked++) okOf(await post('/api/v4/me/send-verification-email', token))
    const web = await Promise.all(Array.from({ length: 320 }, () => get('/events?event_name=visit')))
    expect(new Set(web.map(({ status }) => status))).toEqual(new Set([200]))
  })
})
