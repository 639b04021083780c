import { expect, it } from 'vitest'
import { answerOf, fieldsOf } from '../client.ts'
import { unique } from '../unique.ts'
import { expectEmpty, person, succeeded, trackingIdIn, v1, v1Headers, v2, v2Headers, xng } from './xng.ts'

it('section 9: Content-Type: application/json on GET, and Accept: */*', async () => {
  const user = person()
  await v2.store(user)
  for (const headers of [v2Headers(), v1Headers()]) {
    const reply = await xng({
      method: 'GET',
      path: `/users/${user.id}`,
      headers: { ...headers, 'Content-Type': 'application/json', Accept: '*/*' },
    })
    expect(reply.status).toBe(200)
  }
})

it.each(['the whole user', 'its xngId', 'an empty object', 'null', 'an empty text'])(
  'section 9: a JSON body on DELETE, %s, is ignored',
  async (kind) => {
    const users = [person(), person(), person()]
    for (const [index, user] of users.entries()) {
      await v2.store(user)
      const stored = await v2.read(user.id)
      const bodies: Record<string, string> = {
        'the whole user': JSON.stringify(stored),
        'its xngId': JSON.stringify({ xngId: stored.xngId }),
        'an empty object': '{}',
        null: 'null',
        'an empty text': '',
      }
      const body = bodies[kind]
      if (index === 0)
        expect(await v2.outcome(v2.call('DELETE', `/users/${user.id}`, body))).toEqual(succeeded(1))
      if (index === 1) expectEmpty(await v1.call('DELETE', `/users/${user.id}`, body), 204)
      if (index === 2) expectEmpty(await v1.call('DELETE', `/users/xngId/${stored.xngId}`, body), 204)
      expectEmpty(await v2.get(user.id), 404)
    }
  },
)

it('section 9: both arrays always, either empty; or updated alone', async () => {
  const user = person()
  expect(await v2.outcome(v2.batch({ updated: [user], deleted: [] }))).toEqual(succeeded(1))
  expect(await v2.outcome(v2.batch({ updated: [], deleted: [user] }))).toEqual(succeeded(1))
  expect((await v1.batch({ updated: [user], deleted: [] })).status).toBe(200)
  expect((await v1.batch({ updated: [], deleted: [user] })).status).toBe(200)
  expect((await v1.batch({ updated: [user] })).status).toBe(200)
})

it('section 9: v1 PUT with the whole vocabulary: id twice or as externalId, null for what is unset, times with offset', async () => {
  const user = person()
  const vocabulary = {
    businessUnit: null,
    xngId: null,
    firstName: 'Zoë',
    lastName: null,
    mobile: null,
    notAnAttribute: null,
    createdAt: '2022-12-16T09:57:01+01:00',
  }
  for (const ids of [{ id: user.id }, { externalId: user.id }, { id: user.id, externalId: null }]) {
    const reply = await v1.put(user.id, { ...ids, email: user.email, ...vocabulary })
    expect(answerOf(reply)).toMatchObject({ status: 200, body: { id: user.id, success: true } })
  }
  const { xngId: _, ...stored } = await v1.read(user.id)
  expect(stored).toEqual({ ...user, firstName: 'Zoë', createdAt: '2022-12-16T08:57:01Z' })
})

it('section 9: externalId and times with offset in events', async () => {
  const events = [{ event: 'Completed Order', timestamp: '2022-12-16T09:57:01+01:00', properties: null }]
  expectEmpty(
    await v1.call('POST', '/events/', JSON.stringify({ externalId: unique(), email: null, events })),
    202,
  )
})

it('section 9: nestedType null at simple types, and a body on the deletion of an attribute', async () => {
  const name = `traits.${unique('q')}`
  const reply = await v1.createAttribute({
    name,
    attributeType: 'STRING',
    nestedType: null,
    parentName: null,
  })
  expect(reply.status).toBe(200)
  expectEmpty(await v1.removeAttribute(Number(fieldsOf(reply).id), {}), 204)
})

it('section 9: /leads/ and /events/ with trailing slash', async () => {
  const email = `${unique('lead')}@example.com`
  const leads = await v1.call('POST', '/leads/', JSON.stringify({ updated: [{ email }] }))
  expect(leads.status).toBe(200)
  const events = [{ event: 'Opt In' }]
  expectEmpty(await v1.call('POST', '/events/', JSON.stringify({ email, events })), 202)
})

it.each(['@', '+', ':', ';', ',', '=', '&', '$', '!', '*', "'", '(', ')', '~', '.', '|', '"', '<', '{'])(
  'section 9: an id with %s put into the path as it is',
  async (sign) => {
    const id = `${unique()}${sign}x`
    await v2.store({ id, email: `${unique()}@example.com` })
    expect(fieldsOf(await v2.call('GET', `/users/${id}`))).toMatchObject({ id })
    expect(fieldsOf(await v1.call('GET', `/users/${id}/recipient-status`))).toMatchObject({
      blacklisted: false,
    })
    expect((await v1.call('PUT', `/users/${id}`, '{"firstName":"x"}')).status).toBe(200)
    expectEmpty(await v1.call('DELETE', `/users/${id}`), 204)
    expectEmpty(await v2.get(id), 404)
  },
)

it('section 9: the body of /users/batch is JSON whatever the status', async () => {
  for (const headers of [
    {},
    { 'X-XNG-ApiVersion': '2' },
    { 'X-XNG-AuthToken': 'x', 'X-XNG-ApiVersion': '1' },
  ]) {
    const reply = await xng({ method: 'POST', path: '/users/batch', headers, body: '{}' })
    expect(answerOf(reply)).toEqual({ status: 401, body: {} })
  }
  for (const body of ['{', '[]', '{"updated":5}', '{"updated":[5]}', '']) {
    for (const api of [v1, v2]) {
      const reply = await api.call('POST', '/users/batch', body)
      expect(reply.status).toBe(400)
      fieldsOf(reply)
    }
  }
})

it('section 9: success is read from every v1 PUT answer about a user', async () => {
  const user = person()
  for (const body of [user, { ...user, id: 'other' }, { email: 'x' }, { ...user, nope: 1 }]) {
    const reply = await v1.put(user.id, body)
    expect(fieldsOf(reply).success).toBe(reply.status === 200)
  }
})

it('section 9: a call can be repeated without harm', async () => {
  const user = person({ firstName: 'x' })
  for (let round = 0; round < 3; round += 1) await v2.store(user)
  const { xngId } = await v2.read(user.id)
  expect(await v2.read(user.id)).toEqual({ ...user, xngId })
  for (let round = 0; round < 3; round += 1) await v2.erase(user.id)
  expectEmpty(await v2.get(user.id), 404)
  expect(trackingIdIn(await v2.batch({}))).not.toBe(trackingIdIn(await v2.batch({})))
})
