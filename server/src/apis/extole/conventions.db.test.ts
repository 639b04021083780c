import { afterAll, beforeAll, expect, test } from 'vitest'
import { newToken, openTestExtole, type TestExtole, testWorkspace } from './extole.fixture.ts'

let extole: TestExtole
beforeAll(async () => {
  extole = await openTestExtole({
    workspaces: [testWorkspace, 'workspace: other\ndomains: [other.example, localhost]\norigins: ["*"]\n'],
  })
})
afterAll(() => extole[Symbol.asyncDispose]())

test('every error has all five fields, a new unique_id, and says nothing of a token (E116)', async () => {
  const one = await extole.call('GET', '/v4/me', { token: 'SECRETSECRETSECRET' })
  const two = await extole.call('GET', '/v4/me')
  expect(Object.keys(one.body)).toEqual(['unique_id', 'http_status_code', 'code', 'message', 'parameters'])
  expect(one.body).toMatchObject({ http_status_code: 403, parameters: {} })
  expect(one.body.unique_id).toMatch(/^[1-9]\d{15,18}$/)
  expect(two.body.unique_id).not.toBe(one.body.unique_id)
  expect(one.text).not.toContain('SECRET')
  expect(one.headers['content-type']).toBe('application/json; charset=utf-8')
})

test('every answer forbids caching and sniffing (E12)', async () => {
  for (const url of ['/v4/me', '/v7/foo', '/v5/token']) {
    const { headers } = await extole.call('GET', url)
    expect([headers['cache-control'], headers['x-content-type-options']]).toEqual(['no-store', 'nosniff'])
  }
})

test('what nobody answers is method_not_found, a known path with another method 405 with Allow (E121, S1)', async () => {
  for (const url of ['/foo/bar', '/api/foo', '/v7/foo', '/api/v4/nothing', '/api/v4/me/nothing']) {
    const answer = await extole.call('GET', url)
    expect([answer.status, answer.body.code]).toEqual([404, 'method_not_found'])
  }
  expect((await extole.call('POST', '/foo')).body.code).toBe('method_not_found')
  const wrong = await extole.call('PATCH', '/api/v4/me')
  expect([wrong.status, wrong.body.code]).toEqual([405, 'method_not_allowed'])
  expect(wrong.headers.allow).toContain('GET')
  expect((await extole.call('GET', '/healthz/x')).headers['content-type']).toContain('problem+json')
})

test('bodies: no type is JSON, forms where they are named, nothing else; too large and unreadable are told (E5, E6)', async () => {
  const token = await newToken(extole)
  const post = (url: string, type: string | undefined, payload: string) =>
    extole.call('POST', url, { token, payload, headers: type === undefined ? {} : { 'content-type': type } })
  expect((await post('/v4/me', undefined, '{"first_name":"A"}')).status).toBe(200)
  expect((await post('/v4/me', 'application/json; charset=utf-8', '{"first_name":"B"}')).status).toBe(200)
  expect((await post('/v4/me', 'application/x-www-form-urlencoded', 'first_name=C')).status).toBe(200)
  expect((await extole.call('GET', '/v4/me', { token })).body.first_name).toBe('C')
  expect((await post('/v4/me', 'text/xml', '<a/>')).body.code).toBe('unsupported_media_type')
  const broken = await post('/v4/me', 'application/json', '{"first_name":')
  expect([broken.status, broken.body.code]).toEqual([400, 'invalid_json'])
  expect((await post('/v4/me', 'application/json', '[]')).body.code).toBe('invalid_json')
  const wrongType = await post('/v4/me', 'application/json', '{"first_name":7}')
  expect(wrongType.body).toMatchObject({
    code: 'invalid_json_malformed',
    parameters: { invalid_property: 'first_name', invalid_value: '7' },
  })
  const large = await post('/v4/me', 'application/json', JSON.stringify({ x: 'y'.repeat(262_144) }))
  expect([large.status, large.body.code, large.body.parameters.max_allowed_body_size]).toEqual([
    400,
    'request_body_size_too_large',
    '262144',
  ])
  expect((await extole.call('POST', '/v4/me', { token })).body.code).toBe('missing_request_body')
})

test('U+0000 and half a surrogate pair are stored as U+FFFD (E5, S36)', async () => {
  const token = await newToken(extole)
  const payload = '{"first_name":"a\\u0000b","last_name":"c\\ud800"}'
  await extole.call('POST', '/v4/me', { token, payload })
  const { body } = await extole.call('GET', '/v4/me', { token })
  expect([body.first_name, body.last_name]).toEqual(['a\uFFFDb', 'c\uFFFD'])
})

test('U+0000 in a path or a query is a text like any other that nobody has (E5, S36)', async () => {
  const token = await newToken(extole, { email: 'nul@x.example' })
  const code = async (url: string) => {
    const { status, body } = await extole.call('GET', url, { token })
    return status === 200 ? 'found' : body.code
  }
  expect(await code('/a%00bcd')).toBe('shareable_not_found')
  expect(await code('/api/v6/me/shareables/a%00bcd')).toBe('shareable_not_found')
  expect(await code('/api/v5/shareables/a%00bcd')).toBe('shareable_not_found')
  expect(await code('/api/v4/shareable?code=%00')).toBe('NOT_FOUND')
  for (const query of [
    'shareables?key=%00',
    'shareables?label=%00',
    'shares?partner_share_id=%00',
    'shares?partner_id=%00:%00',
    'rewards/status?reward_name=%00',
    'rewards/status?partner_event_id=%00',
  ]) {
    expect(await code(`/api/v4/me/${query}`)).toBe('found')
  }
})

test('the host names the workspace; an unknown one, and a loopback name of two, names none; a token is good at a host of nobody, and none at another workspace’s (E11, E23, S4, S5)', async () => {
  const at = async (host: string) => (await extole.call('POST', '/v5/token', { host })).body
  expect((await at('other.example:8080')).access_token).toBeDefined()
  expect(await at('nowhere.example')).toMatchObject({ code: 'invalid_program_domain', http_status_code: 404 })
  expect((await at('localhost')).code).toBe('invalid_program_domain')
  const token = await newToken(extole)
  expect((await extole.call('GET', '/v4/me', { token, host: 'nowhere.example' })).status).toBe(200)
  const elsewhere = await extole.call('GET', '/v4/me', { token, host: 'other.example' })
  expect([elsewhere.status, elsewhere.body.code]).toEqual([403, 'invalid_access_token'])
  for (const method of ['GET', 'DELETE'] as const) {
    const named = await extole.call(method, `/v4/token/${token}`, { host: 'other.example' })
    expect([named.status, named.body.code]).toEqual([403, 'invalid_access_token'])
  }
  expect((await extole.call('GET', `/v4/token/${token}`, { host: 'nowhere.example' })).status).toBe(200)
})

test('the API’s document names each route once: with a version below /api, else at the root (E1, E2)', async () => {
  const { paths } = (await extole.call('GET', '/docs/extole/json')).body
  const named = Object.keys(paths)
  for (const path of ['/api/v5/token', '/api/v6/events', '/events', '/zones/{name}', '/core.js']) {
    expect(named).toContain(path)
  }
  expect(named.filter((path) => /^\/v\d/.test(path) || /^\/api\/(?!v\d)/.test(path))).toEqual([])
})

test('CORS: a listed origin with credentials, "*" without, any other one nothing at all, on errors too (E118)', async () => {
  const cors = async (host: string, origin: string, url = '/v4/me') =>
    (await extole.call('GET', url, { host, headers: { origin } })).headers
  for (const url of ['/v4/me', '/no/such/path']) {
    const listed = await cors('acme.example', 'https://shop.acme.example', url)
    expect(listed).toMatchObject({
      'access-control-allow-origin': 'https://shop.acme.example',
      'access-control-allow-credentials': 'true',
      vary: 'Origin',
      'access-control-expose-headers': expect.stringContaining('X-Extole-Token'),
    })
    const any = await cors('other.example', 'https://anywhere.example', url)
    expect(any['access-control-allow-origin']).toBe('*')
    expect(any['access-control-allow-credentials']).toBeUndefined()
    for (const origin of ['https://evil.example', 'null', 'https://shop.acme.example.evil.example', '*']) {
      const denied = Object.keys(await cors('acme.example', origin, url))
      expect(denied.filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  }
})

test('a preflight needs no token, and allows only what the contract lists (E119)', async () => {
  const preflight = (origin: string, url = '/api/v4/me') =>
    extole.call('OPTIONS', url, {
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization, x-extole-app, x-evil, Content-Type',
      },
    })
  for (const url of ['/api/v4/me', '/api/v5/token', '/no/such/path']) {
    const answer = await preflight('https://shop.acme.example', url)
    expect(answer.status).toBe(204)
    expect(answer.headers).toMatchObject({
      'access-control-allow-methods': 'GET, POST, PUT, DELETE, OPTIONS',
      'access-control-allow-headers': 'authorization, x-extole-app, Content-Type',
    })
    expect(Number(answer.headers['access-control-max-age'])).toBeGreaterThanOrEqual(600)
  }
  const denied = await preflight('https://evil.example')
  expect(Object.keys(denied.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
})

test('X-Extole-Debug adds a log by level and never changes the answer (E120)', async () => {
  const token = await newToken(extole)
  const log = async (debug: string) =>
    (await extole.call('GET', '/v4/me', { token, headers: { 'x-extole-debug': debug } })).headers[
      'x-extole-log'
    ]
  for (const none of ['0', 'false', 'x', '-1', '']) expect(await log(none)).toBeUndefined()
  expect(await log('1')).toMatch(/^request=\d+$/)
  expect(await log('2')).toMatch(/^request=\d+; total_ms=\d+; auth_ms=\d+$/)
  expect(await log('9')).toMatch(/; trust=anonymous; profile=\d+; campaign=-$/)
  expect(await log('3')).not.toContain(token)
  const failed = await extole.call('GET', '/v4/me', { headers: { 'x-extole-debug': '1' } })
  expect(failed.headers['x-extole-log']).toBe(`request=${failed.body.unique_id}`)
})

test('logs and metrics of clients are taken whatever they are, with or without a token (E123)', async () => {
  const logs = await extole.call('POST', '/api/v4/debug/logs', {
    body: { message: 'ann@x.example', level: 'warn' },
  })
  expect(logs.body).toEqual({ polling_id: expect.stringMatching(/^\d{16,19}$/) })
  const metrics = await extole.call('POST', '/api/v4/debug/metrics', { payload: 'rubbish', token: 'WRONG' })
  expect(metrics.body).toEqual({ id: expect.stringMatching(/^\d{16,19}$/) })
})
