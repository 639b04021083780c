import { expect, it } from 'vitest'
import { describeReply, fieldsOf } from '../client.ts'
import { uniqueEmail } from '../unique.ts'
import { expectError, expectWebError, okOf } from './conventions.ts'
import { ask, extole, get, newToken, post, put, readMe, tokenAfter, tokenOf } from './extole.ts'

function raw(method: string, path: string, body: string | undefined, type?: string, token?: string) {
  const Authorization = token === undefined ? undefined : `Bearer ${token}`
  return extole({ method, path, body, headers: { Authorization, 'Content-Type': type } })
}

it.each([
  undefined,
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=UTF-8',
  'application/vnd.shop+json',
  'APPLICATION/JSON',
])('E5: with Content-Type %s a body is JSON', async (type) => {
  const email = uniqueEmail()
  const token = tokenOf(await raw('POST', '/api/v5/token', JSON.stringify({ email }), type))
  expect((await readMe(token)).email).toBe(email)
})

it('E5: an empty body is fine where every field is optional, with application/json too, and on DELETE', async () => {
  const token = await newToken()
  okOf(await raw('POST', '/api/v5/token', undefined, 'application/json'))
  okOf(await raw('POST', '/api/v5/token', '', 'application/json'))
  okOf(await raw('POST', '/api/v6/me/shareables', undefined, 'application/json', token))
  okOf(await raw('POST', '/api/v4/debug/logs', '', 'application/json'))
  okOf(await raw('DELETE', '/api/v5/token', '', 'application/json', token))
})

it.each(['', '[]', '"text"', '1', 'null', '{', '{"a":}', '{"email":"a@b.example"', '\u{feff}nonsense'])(
  'E5: the body %j is no JSON object',
  async (body) => {
    const reply = await raw('POST', '/api/v4/me', body, 'application/json', await newToken())
    if (body === '') expectError(reply, 400, 'missing_request_body')
    else expectError(reply, 400, 'invalid_json', { location: expect.any(String) })
  },
)

it('E5: U+0000 in a text is stored as U+FFFD', async () => {
  const token = await newToken()
  okOf(await post('/api/v4/me', token, { first_name: 'A\0nn' }))
  okOf(await post('/api/v4/me/parameters', token, { parameters: { note: ['x\0'], deep: { a: '\0' } } }))
  expect(await readMe(token)).toMatchObject({
    first_name: 'A\ufffdnn',
    parameters: { note: ['x\ufffd'], deep: { a: '\ufffd' } },
  })
  const shareable = okOf(await post('/api/v6/me/shareables', token, { data: { a: 'x\0y' } }))
  expect(shareable.data).toEqual({ a: 'x\ufffdy' })
  okOf(await post('/api/v6/events', token, { event_name: 'visit', data: { a: '\0' } }))
})

it('E6: forms are taken where they are listed', async () => {
  const email = uniqueEmail()
  const token = tokenOf(await ask('POST', '/api/v5/token', { form: { duration_seconds: '60' } }))
  okOf(await ask('POST', '/api/v4/me', { token, form: { first_name: 'Ann' } }))
  okOf(
    await ask('POST', '/api/v4/me/parameters', {
      token,
      form: { type: 'PUBLIC', 'parameters[colour]': 'red', 'parameters[size]': '42' },
    }),
  )
  okOf(await ask('PUT', '/api/v4/me/parameters/shape', { token, form: { value: 'round', type: 'PUBLIC' } }))
  expect(await readMe(token)).toMatchObject({
    first_name: 'Ann',
    parameters: { colour: 'red', size: '42', shape: 'round' },
  })
  okOf(await ask('POST', '/api/v4/me', { token, form: { email } }))
  okOf(await ask('POST', '/api/v5/me/shareables', { token, form: { label: 'refer-a-friend' } }))
  okOf(await ask('POST', '/api/v6/zones', { token, form: { event_name: 'mobile_sharing' } }))
  okOf(await ask('POST', '/api/v4/debug/logs', { token, form: { message: 'x' } }))
  okOf(await ask('POST', '/api/v4/me/send-verification-email', { token, form: { campaign_id: '1' } }))
})

it.each([
  ['POST', '/api/v6/events'],
  ['POST', '/api/v6/me/shareables'],
  ['PUT', '/api/v5/me/shareables/code'],
  ['POST', '/api/v4/token'],
  ['POST', '/api/v4/me/shareables'],
])('E6: %s %s takes no form', async (method, path) => {
  const reply = await ask(method, path, {
    token: await newToken(),
    form: { event_name: 'visit', label: 'x' },
  })
  expectError(reply, 415, 'unsupported_media_type')
})

it.each(['text/plain', 'text/html', 'application/xml', 'multipart/form-data; boundary=x', 'nonsense'])(
  'E6: %s is 415 on API routes',
  async (type) => {
    const token = await newToken()
    expectError(await raw('POST', '/api/v4/me', '{}', type, token), 415, 'unsupported_media_type')
    expectError(await raw('POST', '/api/v6/events', '{}', type, token), 415, 'unsupported_media_type')
  },
)

it('E6: web events and zones take forms, text/plain that holds JSON, and multipart', async () => {
  const token = await newToken()
  const form = 'event_name=visit&first_name=Form'
  const plain = JSON.stringify({ event_name: 'visit', data: { first_name: 'Plain' } })
  const multipart = ['event_name', 'visit', 'x', 'y']
  const parts = `--b\r\nContent-Disposition: form-data; name="${multipart[0]}"\r\n\r\n${multipart[1]}\r\n--b--\r\n`
  for (const path of ['/events', '/zones', '/api/events']) {
    tokenAfter(await raw('POST', path, form, 'application/x-www-form-urlencoded', token))
    tokenAfter(await raw('POST', path, plain, 'text/plain;charset=UTF-8', token))
    const reply = await raw('POST', path, parts, 'multipart/form-data; boundary=b', token)
    if (path !== '/zones') expect(fieldsOf(reply).id, describeReply(reply)).not.toBeNull()
  }
  const flat = 'first_name=Flat&colour=red'
  okOf(await raw('POST', '/events/visit', flat, 'application/x-www-form-urlencoded', token))
  expect((await readMe(token)).first_name).toBe('Flat')
  expectWebError(await raw('POST', '/events', '<x/>', 'application/xml', token), 'unsupported_media_type')
})

it('E7: unknown fields are ignored and null is absent', async () => {
  const token = await newToken()
  okOf(
    await post('/api/v4/me', token, { first_name: 'Ann', nope: { deep: 1 }, email: null, last_name: null }),
  )
  okOf(await post('/api/v4/me', token, { first_name: null, profile_picture_url: null }))
  expect(await readMe(token)).toMatchObject({ first_name: 'Ann', last_name: null, email: null })
  okOf(await post('/api/v5/token', token, { email: null, jwt: null, duration_seconds: null, nope: 1 }))
  const shareable = { label: null, key: null, content: null, data: null, preferred_code_prefixes: null, x: 1 }
  okOf(await post('/api/v6/me/shareables', token, shareable))
  okOf(await put('/api/v4/me/parameters/size', token, { value: 1, type: null, nope: 1 }))
  okOf(await post('/api/v6/events', token, { event_name: 'visit', data: null, jwt: null, id_token: null }))
})

it.each([
  ['/api/v5/token', { email: 5 }, 'email', '5'],
  ['/api/v4/me', { first_name: ['x'] }, 'first_name', '["x"]'],
  ['/api/v4/me', { last_name: 1 }, 'last_name', '1'],
  ['/api/v4/me', { profile_picture_url: {} }, 'profile_picture_url', '{}'],
  ['/api/v4/me/parameters', { parameters: [1] }, 'parameters', '[1]'],
  ['/api/v4/me/parameters', { parameters: {}, type: 'SECRET' }, 'type', expect.stringContaining('SECRET')],
  ['/api/v6/me/shareables', { label: 1 }, 'label', '1'],
  ['/api/v6/me/shareables', { content: 'x' }, 'content', '"x"'],
  ['/api/v6/events', { event_name: 5 }, 'event_name', '5'],
  ['/api/v6/events', { event_name: 'visit', data: [] }, 'data', '[]'],
])(
  'E116: a field of the wrong type on POST %s is invalid_json_malformed: %j',
  async (path, body, name, value) => {
    expectError(await post(path, await newToken(), body), 400, 'invalid_json_malformed', {
      invalid_property: name,
      invalid_value: value,
    })
  },
)

it('E116: what is refused for its type shows no secret', async () => {
  const secret = { hidden: 'SECRET-JWT' }
  const reply = await post('/api/v5/token', undefined, { jwt: secret })
  expectError(reply, 400, 'invalid_json_malformed')
  expect(reply.body.toString()).not.toContain('SECRET-JWT')
})

it('E5: a body of more than 256 KiB is refused', async () => {
  const token = await newToken()
  const body = JSON.stringify({ first_name: 'x'.repeat(262_144) })
  const reply = await raw('POST', '/api/v4/me', body, 'application/json', token)
  expectError(reply, 400, 'request_body_size_too_large', {
    body_size: String(body.length),
    max_allowed_body_size: '262144',
  })
  expect((await get('/api/v4/me', token)).status).toBe(200)
})
