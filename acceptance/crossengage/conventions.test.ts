import { expect, it } from 'vitest'
import { answerOf, describeReply, fieldsOf } from '../client.ts'
import { unique } from '../unique.ts'
import { expectFaults, expectMessage, invalidField, invalidJson, tooManyUsers } from './faults.ts'
import {
  acmeKey,
  expectEmpty,
  otherV2,
  person,
  succeeded,
  trackingIdOf,
  v1,
  v1Headers,
  v2,
  v2Headers,
  xng,
} from './xng.ts'

const wrongKeys = {
  missing: undefined,
  empty: '',
  unknown: 'no-such-key',
  'of kind write': 'test-write-key',
  'of kind manage': 'test-manage-key',
  'of kind exchange-account': 'test-exchange-account-key',
  'in other letter case': acmeKey.toUpperCase(),
  'longer by one': `${acmeKey}x`,
}

it.each(Object.entries(wrongKeys))('2.2: a key that is %s is 401 and empty', async (_, key) => {
  const { id } = person()
  for (const version of ['1', '2']) {
    const headers = { 'X-XNG-AuthToken': key, 'X-XNG-ApiVersion': version }
    expectEmpty(await xng({ method: 'GET', path: `/users/${id}`, headers }), 401)
    expectEmpty(await xng({ method: 'PUT', path: '/users', headers, body: '{}' }), 401)
    expectEmpty(await xng({ method: 'DELETE', path: `/users/${id}`, headers }), 401)
    expectEmpty(await xng({ method: 'POST', path: '/leads', headers, body: '{}' }), 401)
    expectEmpty(await xng({ method: 'POST', path: '/events', headers, body: '{}' }), 401)
  }
})

it.each(['1', '2'])(
  '2.4: the 401 of POST /users/batch in version %s is {}, for clients that parse any answer',
  async (version) => {
    const reply = await xng({
      method: 'POST',
      path: '/users/batch',
      headers: { 'X-XNG-ApiVersion': version },
      body: '{"updated":[]}',
    })
    expect(answerOf(reply)).toEqual({ status: 401, body: {} })
  },
)

it.each([undefined, '', '0', '3', '02', '2.0', 'v2', '1,2', 'two'])(
  '2.2: the version header %j is 400 with one code 2 error, whatever the path, and changes nothing',
  async (version) => {
    const user = person()
    const headers = { 'X-XNG-AuthToken': acmeKey, 'X-XNG-ApiVersion': version }
    const fault = invalidField('', 'X-XNG-ApiVersion')
    expectFaults(await xng({ method: 'PUT', path: '/users', headers, body: JSON.stringify(user) }), [fault])
    expectFaults(await xng({ method: 'GET', path: `/users/${user.id}`, headers }), [fault])
    expectFaults(await xng({ method: 'POST', path: '/users/batch', headers, body: '{}' }), [fault])
    expectFaults(await xng({ method: 'GET', path: '/users/no/such/path', headers }), [fault])
    expectFaults(await xng({ method: 'POST', path: '/leads', headers, body: '{}' }), [fault])
    expectFaults(await xng({ method: 'POST', path: '/events', headers, body: '{}' }), [fault])
    expectEmpty(await v2.get(user.id), 404)
  },
)

it('2.2: blanks around the version, and any letter case of header names, are accepted', async () => {
  const headers = { 'x-xng-authtoken': acmeKey, 'X-xng-APIVERSION': ' 2 ' }
  const { id } = person()
  expectEmpty(await xng({ method: 'GET', path: `/users/${id}`, headers }), 404)
  trackingIdOf(await xng({ method: 'DELETE', path: `/users/${id}`, headers }))
})

it.each([
  undefined,
  'application/json',
  'application/json; charset=utf-8',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/xml',
  'nonsense',
])('2.2: a body is read as JSON under the content type %j', async (contentType) => {
  const user = person({ firstName: 'Zoë' })
  const headers = { ...v2Headers(), 'Content-Type': contentType }
  const reply = await xng({ method: 'PUT', path: '/users', headers, body: JSON.stringify(user) })
  expect(await v2.outcome(reply)).toEqual(succeeded(1))
  expect(await v2.read(user.id)).toMatchObject(user)

  const changed = JSON.stringify({ firstName: 'Zoe' })
  const v1Reply = await xng({
    method: 'PUT',
    path: `/users/${user.id}`,
    headers: { ...v1Headers(), 'Content-Type': contentType },
    body: changed,
  })
  expect(v1Reply.status, describeReply(v1Reply)).toBe(200)
})

it('2.2: a body without Content-Length is read', async () => {
  const user = person()
  const reply = await xng({
    method: 'PUT',
    path: '/users',
    headers: v2Headers(),
    body: JSON.stringify(user),
    chunked: true,
  })
  expect(await v2.outcome(reply)).toEqual(succeeded(1))
})

it('2.1: a trailing slash changes nothing, on any path, and unknown query parameters are ignored', async () => {
  const user = person()
  const body = JSON.stringify(user)
  const put = await v2.call('PUT', '/users/?verbose=1', body)
  const trackingId = trackingIdOf(put)
  await v2.untilProcessed(trackingId)
  for (const path of [
    `/users/${user.id}/`,
    `/users/${user.id}?x=%zz`,
    `/users/email/${user.email}/?y=`,
    `/users/track/${trackingId}/`,
    `/users/track/${trackingId}/?other=true`,
  ]) {
    const reply = await v2.call('GET', path)
    expect(reply.status, describeReply(reply)).toBe(200)
  }
  expect((await v2.call('POST', '/users/batch/', '{}')).status).toBe(202)
  expect((await v1.call('POST', '/users/batch/', '{}')).status).toBe(200)
  expect((await v1.call('GET', '/users/attributes/')).status).toBe(200)
  expect((await v1.call('PUT', `/users/${user.id}/`, '{}')).status).toBe(200)
  expect((await v1.call('GET', `/users/${user.id}/optout-status/`)).status).toBe(200)
  expectEmpty(await v1.call('DELETE', `/users/${user.id}/`), 204)
})

it.each(['a/b', 'a+b', 'a b', 'a@b', 'a:b;c=d', '50%', 'a%2Fb', 'ü', '日本', '😀', '..', 'a/', '?x', '#x'])(
  '2.1: a user with an id ending in %j is reached by its percent-encoded path',
  async (ending) => {
    const id = unique() + ending
    await v2.store({ id, email: `${unique()}@example.com` })
    expect(await v2.read(id)).toMatchObject({ id })
    await v2.erase(id)
    expectEmpty(await v2.get(id), 404)
  },
)

it('2.1: raw + is a plus and raw @ is an @ in a path', async () => {
  const user = person()
  const email = `${user.id}+tag@example.com`
  const id = `${user.id}+x@y`
  await v2.store({ id, email })
  for (const path of [
    `/users/${id}`,
    `/users/${id.replace('@', '%40')}`,
    `/users/${id.replace('+', '%2B')}`,
  ]) {
    expect((await v2.call('GET', path)).status, path).toBe(200)
  }
  for (const path of [`/users/email/${email}`, `/users/email/${email.replace('@', '%40')}`]) {
    expect(fieldsOf(await v2.call('GET', path)), path).toMatchObject({ id })
  }
})

it.each(['%', '%z', '%zz', '%C3%28', '%ED%A0%80', '%FF'])(
  '2.1: the segment %s cannot be decoded: 404, empty',
  async (bad) => {
    expectEmpty(await v2.call('GET', `/users/${bad}`), 404)
    expectEmpty(await v2.call('DELETE', `/users/${bad}`), 404)
    expectEmpty(await v2.call('GET', `/users/email/${bad}`), 404)
    expectEmpty(await v2.call('GET', `/users/track/${bad}`), 404)
    expectEmpty(await v1.call('PUT', `/users/${bad}`, '{}'), 404)
    expectEmpty(await v1.call('DELETE', `/users/${bad}`), 404)
  },
)

it.each([
  ['holds U+0000', 'a%00b'],
  ['has 256 characters', 'a'.repeat(256)],
  ['has 5,000 characters', 'a'.repeat(5000)],
])('2.1: an id in the path that %s names nobody: reading is 404, deleting succeeds', async (_, id) => {
  expectEmpty(await v2.call('GET', `/users/${id}`), 404)
  expectEmpty(await v1.call('GET', `/users/${id}`), 404)
  expectEmpty(await v1.call('GET', `/users/${id}/recipient-status`), 404)
  expectEmpty(await v2.call('GET', `/users/email/${id}`), 404)
  expect(await v2.outcome(v2.call('DELETE', `/users/${id}`))).toEqual(succeeded(1))
  expectEmpty(await v1.call('DELETE', `/users/${id}`), 204)
})

it.each(['batch', 'track', 'email'])('2.1: a user may have the id "%s"', async (id) => {
  await v2.store({ id, email: `${unique()}@example.com` })
})

it('2.1: fixed words win over ids', async () => {
  expectEmpty(await v2.call('GET', '/users/batch'), 404)
  expectEmpty(await v2.call('DELETE', '/users/batch'), 404)
  expectEmpty(await v1.call('GET', '/users/batch'), 404)
  expectEmpty(await v1.call('DELETE', '/users/attributes'), 404)
})

const unknownInV2 = [
  ['GET', '/users'],
  ['POST', '/users'],
  ['DELETE', '/users'],
  ['PUT', '/users/x'],
  ['POST', '/users/x'],
  ['PATCH', '/users/x'],
  ['HEAD', '/users/x'],
  ['OPTIONS', '/users/x'],
  ['PROPFIND', '/users/x'],
  ['PUT', '/users/batch'],
  ['POST', '/users/track/x'],
  ['POST', '/users/email/a@example.com'],
  ['GET', '/users/email/a@example.com/bu/DE/more'],
  ['GET', '/users/x/recipient-status'],
  ['PUT', '/users/x/optout-status'],
  ['DELETE', '/users/xngId/x'],
  ['POST', '/users/attributes'],
  ['GET', '/users/attributes/1'],
  ['GET', '/users/no/such/path'],
  ['POST', '/leads'],
  ['POST', '/events'],
  ['GET', '/leads/x'],
] as const

it.each(unknownInV2)('2.4: %s %s is not in the tables of version 2: 404, empty', async (method, path) => {
  expectEmpty(await v2.call(method, path, method === 'HEAD' ? undefined : '{}'), 404)
})

const unknownInV1 = [
  ['PUT', '/users'],
  ['POST', '/users/x'],
  ['HEAD', '/users/x'],
  ['OPTIONS', '/users'],
  ['GET', '/users/email/a@example.com'],
  ['GET', '/users/track/x'],
  ['GET', '/users/xngId/x'],
  ['PUT', '/users/attributes/1'],
  ['POST', '/users/x/optout-status'],
  ['DELETE', '/users/x/blacklist-status'],
  ['PUT', '/users/x/recipient-status'],
  ['GET', '/leads'],
  ['PUT', '/leads'],
  ['DELETE', '/leads/x'],
] as const

it.each(unknownInV1)('2.4: %s %s is not in the tables of version 1: 404, empty', async (method, path) => {
  expectEmpty(await v1.call(method, path, method === 'HEAD' ? undefined : '{}'), 404)
})

it('2.3: the key comes before the version, the version before the path, the path before the body', async () => {
  const noKey = { 'X-XNG-ApiVersion': '9' }
  expectEmpty(await xng({ method: 'GET', path: '/users/no/such/path', headers: noKey }), 401)
  expectEmpty(await xng({ method: 'OPTIONS', path: '/users' }), 401)
  const noVersion = { 'X-XNG-AuthToken': acmeKey }
  expectFaults(await xng({ method: 'PATCH', path: '/users/x', headers: noVersion, body: '{' }), [
    invalidField('', 'X-XNG-ApiVersion'),
  ])
  expectEmpty(await v2.call('PUT', '/users/no/such/path', '{'), 404)
})

it('2.3: the idempotency key comes before the JSON, the JSON before the shape, the shape before the batch size, the size before the users', async () => {
  const blank = { 'Idempotency-Key': 'with blank' }
  expectFaults(await v2.call('POST', '/users/batch', '{', blank), [invalidField('', 'Idempotency-Key')])
  expectFaults(await v2.call('POST', '/users/batch', '{"update":[],'), [invalidJson])
  const tooMany = Array.from({ length: 1001 }, () => 'no user')
  expectFaults(await v2.batch({ updated: tooMany, update: [] }), [invalidField('/update')])
  expectFaults(await v2.batch({ updated: tooMany }), [tooManyUsers('/updated', '1,001')])
})

it('2.4: every answer has a request id of its own', async () => {
  const replies = await Promise.all([v2.get('x'), v2.get('x'), v1.get('x'), v2.put({}), v1.batch({})])
  expect(new Set(replies.map((reply) => reply.headers['x-request-id'])).size).toBe(replies.length)
})

it.each([
  ['nothing', ''],
  ['blanks', '  \n'],
  ['half a document', '{"id":"x"'],
  ['two documents', '{}{}'],
  ['a trailing comma', '{"id":"x",}'],
  ['single quotes', "{'id':'x'}"],
  ['a comment', '{/**/}'],
  ['NaN', '{"id":NaN}'],
  ['a raw line break in a text', '{"id":"a\nb"}'],
  ['a byte that is not UTF-8', Buffer.from('7b226964223a22ff227d', 'hex')],
  ['an overlong sequence', Buffer.from('7b226964223a22c080227d', 'hex')],
  ['half a surrogate pair in UTF-8', Buffer.from('7b226964223a22eda080227d', 'hex')],
  ['a name that is not UTF-8', Buffer.from('7b22ff223a317d', 'hex')],
  ['UTF-16', Buffer.from('{"id":"x"}', 'utf16le')],
  ['two byte-order marks', '\uFEFF\uFEFF{}'],
])('2.5: a body of %s is not JSON', async (_, body) => {
  expectFaults(await v2.call('PUT', '/users', body), [invalidJson])
  expectFaults(await v2.call('POST', '/users/batch', body), [invalidJson])
  expectMessage(await v1.call('PUT', `/users/${unique()}`, body), 400, invalidJson.details)
  expectMessage(await v1.call('POST', '/users/batch', body), 400, invalidJson.details)
  expectMessage(await v1.call('POST', '/leads', body), 400, invalidJson.details)
  expectMessage(await v1.call('POST', '/events', body), 400, invalidJson.details)
})

it('2.5: a leading byte-order mark is skipped', async () => {
  const user = person()
  expect(await v2.outcome(v2.call('PUT', '/users', `\uFEFF${JSON.stringify(user)}`))).toEqual(succeeded(1))
  expect((await v1.call('PUT', `/users/${user.id}`, '\uFEFF{}')).status).toBe(200)
})

it('2.5: of a name that is given twice the last one counts', async () => {
  const { id, email } = person()
  const body = `{"id":"not-${id}","email":5,"firstName":1,"id":"${id}","firstName":"Last","email":"${email}",
    "children":[{"name":"A","age":"x","name":"B","age":4}]}`
  expect(await v2.outcome(v2.call('PUT', '/users', body))).toEqual(succeeded(1))
  expect(await v2.read(id)).toMatchObject({ id, email, firstName: 'Last', children: [{ name: 'B', age: 4 }] })
  expectEmpty(await v2.get(`not-${id}`), 404)

  const second = person()
  const batch = `{"updated":[{"id":"${unique()}"}],"updated":[${JSON.stringify(second)}]}`
  expect(await v2.outcome(v2.call('POST', '/users/batch', batch))).toEqual(succeeded(1))
  await v2.read(second.id)
})

it('2.5: non-ASCII text comes as escapes or as raw UTF-8', async () => {
  const { id, email } = person()
  const body = `{"id":"${id}","email":"${email}","firstName":"Z\\u006f\\u00eb \\ud83d\\ude00","lastName":"Zoë 😀"}`
  expect(await v2.outcome(v2.call('PUT', '/users', body))).toEqual(succeeded(1))
  expect(await v2.read(id)).toMatchObject({ firstName: 'Zoë 😀', lastName: 'Zoë 😀' })
})

it('2.5: GET and DELETE ignore a body, even one that is not JSON', async () => {
  const user = person()
  await v2.store(user)
  expect((await v2.call('GET', `/users/${user.id}`, '{{{')).status).toBe(200)
  expect((await v2.call('GET', `/users/email/${user.email}`, 'nonsense')).status).toBe(200)
  expect((await v1.call('GET', `/users/${user.id}/recipient-status`, '{{{')).status).toBe(200)
  const trackingId = trackingIdOf(await v2.call('DELETE', `/users/${user.id}`, '\u0000'))
  expect((await v2.call('GET', `/users/track/${trackingId}`, '[')).status).toBe(200)
  expectEmpty(await v1.call('DELETE', `/users/${user.id}`, '{{{'), 204)
  expectEmpty(await v1.call('DELETE', `/users/xngId/${unique()}`, 'nonsense'), 204)
})

it('2.4: a call of one workspace is answered in the same way as that of another', async () => {
  expectEmpty(await otherV2.get(unique()), 404)
  expectFaults(await otherV2.put({}), [invalidField('/id'), invalidField('/email')])
})
