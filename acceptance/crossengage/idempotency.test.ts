import { expect, it } from 'vitest'
import { answerOf, fieldsOf } from '../client.ts'
import { unique } from '../unique.ts'
import { expectFaults, invalidField } from './faults.ts'
import { expectEmpty, otherV2, person, succeeded, trackingIdIn, trackingIdOf, v1, v2 } from './xng.ts'

const usedAlready = invalidField('', 'Idempotency-Key', ': already used with another request')

function keyed(key = unique('key')): { readonly 'Idempotency-Key': string } {
  return { 'Idempotency-Key': key }
}

it('C37: the same key with the same request gives the same answer, and the change is applied only once', async () => {
  const key = keyed()
  const user = person({ firstName: 'first' })
  const trackingId = trackingIdOf(await v2.put(user, key))
  expect(await v2.untilProcessed(trackingId)).toEqual(succeeded(1))
  await v2.store({ ...user, firstName: 'second' })
  expect(trackingIdOf(await v2.put(user, key))).toBe(trackingId)
  await v2.store({ id: user.id, email: user.email, lastName: 'fence' })
  expect(await v2.read(user.id)).toMatchObject({ firstName: 'second', lastName: 'fence' })
})

it('C37: a query, which means nothing to a write, makes it no other request', async () => {
  const key = keyed()
  const body = JSON.stringify(person())
  const put = (path: string) => v2.call('PUT', path, body, key)
  const trackingId = trackingIdOf(await put('/users'))
  expect(trackingIdOf(await put('/users?attempt=2'))).toBe(trackingId)
})

it('C37: a repeated DELETE deletes only once', async () => {
  const key = keyed()
  const user = person()
  await v2.store(user)
  const trackingId = trackingIdOf(await v2.remove(user.id, key))
  await v2.untilProcessed(trackingId)
  await v2.store(user)
  const { xngId } = await v2.read(user.id)
  expect(trackingIdOf(await v2.remove(user.id, key))).toBe(trackingId)
  await v2.store({ ...user, lastName: 'fence' })
  expect(await v2.read(user.id)).toMatchObject({ xngId, lastName: 'fence' })
})

it('C37: a repeated batch gives the same status, tracking id and errors', async () => {
  for (const api of [v2, otherV2]) {
    const key = keyed()
    const body = { updated: [person(), { id: unique(), email: 'nonsense' }], deleted: [{}] }
    const first = await api.batch(body, key)
    const second = await api.batch(body, key)
    expect(trackingIdIn(first)).toBe(trackingIdIn(second))
    expect(answerOf(second)).toEqual(answerOf(first))
  }
})

it.each(['x', 'x'.repeat(255), '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'])(
  'C37: the key ending in %s is accepted',
  async (end) => {
    const text = end.length === 255 ? unique('').padEnd(255, 'x') : unique('key') + end
    const user = person()
    const trackingId = trackingIdOf(await v2.put(user, keyed(text)))
    expect(trackingIdOf(await v2.put(user, keyed(text)))).toBe(trackingId)
  },
)

it.each(['', 'x'.repeat(256), 'with blank', 'tab\there', 'caf\u00e9'])(
  'C37: the key %j is malformed',
  async (text) => {
    const user = person()
    const fault = invalidField('', 'Idempotency-Key')
    expectFaults(await v2.put(user, keyed(text)), [fault])
    expectFaults(await v2.remove(user.id, keyed(text)), [fault])
    expectFaults(await v2.batch({ updated: [user] }, keyed(text)), [fault])
    expectEmpty(await v2.get(user.id), 404)
  },
)

it('C38: the same key with another body, path or method is 409, and nothing is changed', async () => {
  const key = keyed()
  const user = person({ firstName: 'first' })
  await v2.outcome(v2.put(user, key))
  expectFaults(await v2.put({ ...user, firstName: 'second' }, key), [usedAlready], 409)
  expectFaults(await v2.call('PUT', '/users', `${JSON.stringify(user)} `, key), [usedAlready], 409)
  expectFaults(await v2.call('PUT', '/users', '{', key), [usedAlready], 409)
  expectFaults(await v2.remove(user.id, key), [usedAlready], 409)
  expectFaults(await v2.batch({ deleted: [{ id: user.id }] }, key), [usedAlready], 409)
  const { xngId } = await v2.read(user.id)
  await v2.store({ id: user.id, email: user.email, lastName: 'fence' })
  expect(await v2.read(user.id)).toMatchObject({ xngId, firstName: 'first', lastName: 'fence' })

  const deletion = keyed()
  await v2.outcome(v2.remove(unique(), deletion))
  expectFaults(await v2.remove(user.id, deletion), [usedAlready], 409)
  expectFaults(await v2.batch({}, key), [usedAlready], 409)
})

it('C39: requests that arrive with the same key at the same time give the same tracking id', async () => {
  for (let round = 0; round < 5; round += 1) {
    const key = keyed()
    const user = person()
    const replies = await Promise.all(Array.from({ length: 20 }, () => v2.put(user, key)))
    const ids = new Set(replies.map(trackingIdOf))
    expect(ids.size).toBe(1)
    for (const trackingId of ids) expect(await v2.untilProcessed(trackingId)).toEqual(succeeded(1))
  }
})

it('C39: of different requests with the same key at the same time one wins, the others are 409', async () => {
  const key = keyed()
  const users = Array.from({ length: 10 }, () => person())
  const replies = await Promise.all(users.map((user) => v2.put(user, key)))
  const accepted = replies.filter((reply) => reply.status === 202)
  expect(accepted).toHaveLength(1)
  expect(replies.filter((reply) => reply.status === 409)).toHaveLength(9)
  for (const reply of accepted) await v2.outcome(reply)
  const reads = await Promise.all(users.map((user) => v2.get(user.id)))
  expect(reads.filter((reply) => reply.status === 200)).toHaveLength(1)
})

it('C40: an answer without tracking id does not bind the key', async () => {
  const key = keyed()
  const user = person()
  expect((await v2.put({ ...user, nope: 1 }, key)).status).toBe(400)
  expect((await v2.call('PUT', '/users', '{', key)).status).toBe(400)
  expect((await v2.batch({ update: [] }, key)).status).toBe(400)
  expectEmpty(
    await v2.call('PUT', '/users', JSON.stringify(user), { ...key, 'X-XNG-AuthToken': 'wrong' }),
    401,
  )
  expect(await v2.outcome(v2.put(user, key))).toEqual(succeeded(1))
})

it('C40: an answer with tracking id and errors binds it', async () => {
  const key = keyed()
  const reply = await v2.batch({ updated: [5] }, key)
  expect(fieldsOf(reply)).toHaveProperty('trackingId')
  expectFaults(await v2.batch({}, key), [usedAlready], 409)
})

it('C41: keys belong to a workspace', async () => {
  const key = keyed()
  const [mine, theirs] = [person(), person()]
  const first = trackingIdOf(await v2.put(mine, key))
  const second = trackingIdOf(await otherV2.put(theirs, key))
  expect(second).not.toBe(first)
  expect(await otherV2.untilProcessed(second)).toEqual(succeeded(1))
  expect(trackingIdOf(await v2.put(mine, key))).toBe(first)
})

it('C41: v1 ignores the header, malformed ones too', async () => {
  const user = person()
  for (const text of ['same', 'same', 'with blank']) {
    for (const firstName of ['a', 'b']) {
      const body = JSON.stringify({ email: user.email, firstName })
      const reply = await v1.call('PUT', `/users/${user.id}`, body, keyed(text))
      expect(reply.status).toBe(200)
      expect(await v1.read(user.id)).toMatchObject({ firstName })
    }
  }
})
