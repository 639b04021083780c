import { expect, inject, it } from 'vitest'
import { answerOf, describeReply, fieldsOf, send } from '../client.ts'
import { anId, aTime, expectError, listOf, okOf } from './conventions.ts'
import {
  ask,
  extole,
  get,
  identified,
  newToken,
  otherHost,
  post,
  readMe,
  sendEvent,
  tokenAfter,
  writeMe,
} from './extole.ts'

it.each([
  ['POST', '/v5/token'],
  ['GET', '/v4/me'],
  ['GET', '/v4/me/parameters'],
  ['GET', '/v6/me/shareables'],
  ['GET', '/v5/me/shareables'],
  ['GET', '/v4/token'],
  ['GET', '/v4/me/rewards'],
])('E1: %s %s and the same under /api are one route', async (method, path) => {
  const token = await newToken()
  const body = method === 'POST' ? {} : undefined
  for (const route of [path, `/api${path}`]) {
    const reply = await ask(method, route, { token, body })
    expect(reply.status, describeReply(reply)).toBe(200)
  }
})

it.each(['/events?event_name=visit', '/events/visit', '/zones?zone_name=none', '/zones/none'])(
  'E2: the web route %s answers under /api as well',
  async (path) => {
    tokenAfter(await get(path))
    tokenAfter(await get(`/api${path}`))
  },
)

it.each(['/core.js', '/zone/none', '/zone', '/web/verify-email/x'])(
  'E2: %s answers at the root alone',
  async (path) => {
    expect((await get(path)).status).not.toBe(404)
    expectError(await get(`/api${path}`), 404, 'method_not_found')
  },
)

it.each([
  ['POST', '/api/v5/token/'],
  ['GET', '/v4/me/'],
  ['GET', '/api/v4/me/parameters/'],
  ['GET', '/api/v6/me/shareables/'],
  ['POST', '/events/'],
  ['GET', '/events/visit/'],
  ['GET', '/zone/none/'],
  ['GET', '/core.js/'],
])('E3: %s %s, with a slash at its end, is the same and no redirect', async (method, path) => {
  const token = await newToken()
  const body = method === 'POST' ? { event_name: 'visit' } : undefined
  const [withSlash, without] = [
    await ask(method, path, { token, body }),
    await ask(method, path.slice(0, -1), { token, body }),
  ]
  expect(withSlash.status, describeReply(withSlash)).toBe(200)
  expect(without.status).toBe(200)
  expect(withSlash.headers['content-type']).toBe(without.headers['content-type'])
})

it.each(['X-XNG-AuthToken', 'X-XNG-ApiVersion'])(
  'E4: POST /events with %s belongs to the crossengage API',
  async (header) => {
    for (const path of ['/events', '/events/']) {
      const reply = await send(inject('baseUrl'), {
        method: 'POST',
        path,
        headers: { [header]: '1', 'Content-Type': 'application/json' },
        body: JSON.stringify({ event_name: 'visit' }),
      })
      expect(reply.headers['x-extole-token'], describeReply(reply)).toBeUndefined()
      expect(reply.headers['x-request-id'], describeReply(reply)).toBeDefined()
      expect(reply.status).toBeGreaterThanOrEqual(400)
    }
  },
)

it('E8, E9, E10: ids are texts of digits that reveal no count, times have milliseconds', async () => {
  const one = await identified()
  const other = await identified()
  const event = okOf(await sendEvent(one.token, 'visit'))
  const ids = [one.id, other.id, String(event.id)]
  for (const id of ids) {
    expect(id).toMatch(anId)
    expect(BigInt(id) < 2n ** 63n).toBe(true)
    expect(id.length, 'S8: 16 to 19 digits').toBeGreaterThanOrEqual(16)
  }
  expect(new Set(ids).size).toBe(3)
  const gap = BigInt(one.id) - BigInt(other.id)
  expect(gap > 1_000_000n || gap < -1_000_000n, 'S8: numbers are random').toBe(true)
  await post('/api/v6/me/shareables', one.token, {})
  okOf(await post('/api/v6/events', one.token, { event_name: 'share', data: { 'share.channel': 'EMAIL' } }))
  const [share] = listOf(await get('/api/v4/me/shares', one.token))
  expect(share?.id).toMatch(anId)
  expect(share?.share_date).toMatch(aTime)
})

it.each([
  ['GET', '/api/v4/me', 200],
  ['GET', '/api/v4/me/rewards', 200],
  ['GET', '/api/v4/nothing', 404],
  ['PUT', '/api/v4/me', 405],
  ['POST', '/events', 200],
  ['GET', '/no-such-code', 404],
  ['GET', '/web/verify-email/x', 403],
  ['DELETE', '/api/v4/token', 204],
])(
  'E12: the answer to %s %s, %i, is kept by no cache and guessed at by no browser',
  async (method, path, status) => {
    const body = method === 'POST' ? { event_name: 'visit' } : undefined
    const reply = await ask(method, path, { token: await newToken(), body })
    expect(reply.status, describeReply(reply)).toBe(status)
    expect(reply.headers['cache-control']).toBe('no-store')
    expect(reply.headers['x-content-type-options']).toBe('nosniff')
  },
)

it('E11: the token names the workspace, else the host does', async () => {
  const atOther = okOf(await ask('POST', '/api/v5/token', { headers: { Host: otherHost } })).access_token
  const token = String(atOther)
  expect(okOf(await ask('GET', '/api/v4/me', { token, headers: { Host: otherHost } })).id).toMatch(anId)
  okOf(await ask('GET', '/api/v4/me', { token, headers: { Host: 'nowhere.example' } }))
})

it.each([
  ['POST', '/api/v5/token'],
  ['GET', '/api/v4/token'],
  ['GET', '/some-code'],
])('E11: %s %s at a host that is no workspace’s is 404 invalid_program_domain', async (method, path) => {
  const headers = { Host: 'nowhere.example' }
  const body = method === 'POST' ? {} : undefined
  expectError(await ask(method, path, { headers, body }), 404, 'invalid_program_domain')
})

it('E11: the port of the host plays no part', async () => {
  const reply = await extole({
    method: 'POST',
    path: '/api/v5/token',
    headers: { Host: 'acme.localhost:81' },
  })
  okOf(reply)
})

it('E23: a token of one workspace is invalid in another one’s place', async () => {
  const { token } = await identified()
  const headers = { Host: otherHost }
  expectError(await ask('GET', '/api/v4/me', { token, headers }), 403, 'invalid_access_token')
  const authorized = await ask('POST', `/api/v2/consumers/${token}/authorize`, {
    token: 'other-master-key',
    headers,
  })
  expectError(authorized, 400, 'consumer_token_invalid')
  const event = await ask('POST', '/events', { token, headers, body: { event_name: 'visit' } })
  expect(tokenAfter(event)).not.toBe(token)
})

it('E13: what a call changes is visible to the next request', async () => {
  const { token, id } = await identified()
  const code = okOf(await post('/api/v6/me/shareables', token, { key: 'a' })).code
  expect(listOf(await get('/api/v6/me/shareables', token)).map((one) => one.code)).toEqual([code])
  const anonymous = await newToken()
  await writeMe(anonymous, { first_name: 'Ann' })
  expect((await readMe(anonymous)).first_name).toBe('Ann')
  okOf(await post('/api/v4/me/parameters', anonymous, { type: 'PUBLIC', parameters: { size: 1 } }))
  expect(fieldsOf(await get('/api/v4/me/parameters', anonymous))).toEqual({ size: 1 })
  await writeMe(anonymous, { email: (await readMe(token)).email })
  expect((await readMe(anonymous)).id).toBe(id)
})

it('E122: request headers that SDKs send change no answer', async () => {
  const { token } = await identified()
  const plain = await get('/api/v4/me', token)
  const headers = {
    'X-Extole-App': 'shop',
    'X-Extole-App-Version': '1.2.3',
    'X-Extole-App-Type': 'ios',
    'X-Extole-Sandbox': 'production-test',
    'X-Extole-Sdk-Version': '9',
    'Time-Zone': 'Europe/Prague',
  }
  expect(answerOf(await ask('GET', '/api/v4/me', { token, headers }))).toEqual(answerOf(plain))
})
