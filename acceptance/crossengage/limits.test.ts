import { expect, it } from 'vitest'
import { describeReply, fieldsOf, jsonOf, type Reply } from '../client.ts'
import { unique } from '../unique.ts'
import { expectFaults, expectMessage, type Fault, invalidField } from './faults.ts'
import { expectEmpty, person, succeeded, trackingIdIn, v1, v1Headers, v2, v2Headers, xng } from './xng.ts'

const bodyLimitBytes = 33_554_432
const userLimitBytes = 1_048_576
const tooLarge = invalidField('', 'body', ': larger than 33,554,432 bytes')
const textTooLong = ': longer than 16,384 bytes'

function padded(json: string, bytes: number): Buffer {
  const body = Buffer.alloc(bytes, ' ')
  body.write(json)
  return body
}

/** A user that is exactly so many bytes as compact JSON, made of texts that are each within their limit. */
function userOfBytes(bytes: number): ReturnType<typeof person> & { readonly favouriteColors: string[] } {
  const user = { ...person(), favouriteColors: [] as string[] }
  const missing = () => bytes - Buffer.byteLength(JSON.stringify(user))
  while (missing() > 20_000) user.favouriteColors.push('c'.repeat(12_000))
  user.favouriteColors.push('c'.repeat(5000))
  user.favouriteColors.push('c'.repeat(missing() - 3))
  expect(missing()).toBe(0)
  return user
}

it('section 6: a body of exactly 33,554,432 bytes is read', async () => {
  const user = person()
  const body = padded(JSON.stringify({ updated: [user] }), bodyLimitBytes)
  expect(await v2.outcome(v2.call('POST', '/users/batch', body))).toEqual(succeeded(1))
  await v2.read(user.id)
})

it.each([false, true])(
  'section 6: one byte more is 413, nothing is stored (chunked: %j)',
  async (chunked) => {
    const user = person()
    const body = padded(JSON.stringify({ updated: [user] }), bodyLimitBytes + 1)
    const post = (path: string, headers: Record<string, string>): Promise<Reply> =>
      xng({ method: 'POST', path, headers, body, chunked })
    expectFaults(await post('/users/batch', v2Headers()), [tooLarge], 413)
    expectMessage(await post('/users/batch', v1Headers()), 413, tooLarge.details)
    expectMessage(await post('/leads', v1Headers()), 413, tooLarge.details)
    expectMessage(await post('/events', v1Headers()), 413, tooLarge.details)
    expectEmpty(await v2.get(user.id), 404)
  },
)

it.each([false, true])(
  'section 6: 50 MB are answered 413 and the server goes on (chunked: %j)',
  async (chunked) => {
    const body = padded('{', 50_000_000)
    for (let round = 0; round < 3; round += 1) {
      const reply = await xng({ method: 'PUT', path: '/users', headers: v2Headers(), body, chunked })
      expectFaults(reply, [tooLarge], 413)
    }
    await v2.store(person())
  },
)

it('2.3: the size comes after key, version and path, and before idempotency key and JSON', async () => {
  const body = padded('{', bodyLimitBytes + 1)
  expectEmpty(await xng({ method: 'PUT', path: '/users', headers: { 'X-XNG-ApiVersion': '2' }, body }), 401)
  const noVersion = { 'X-XNG-AuthToken': v2Headers()['X-XNG-AuthToken'] }
  expectFaults(await xng({ method: 'PUT', path: '/users', headers: noVersion, body }), [
    invalidField('', 'X-XNG-ApiVersion'),
  ])
  expectEmpty(await v2.call('PUT', '/users/no/such/path', body), 404)
  expectFaults(await v2.call('PUT', '/users', body, { 'Idempotency-Key': 'with blank' }), [tooLarge], 413)
})

it('section 6: a batch of 1,000 users of several kilobytes each is ordinary', async () => {
  const users = Array.from({ length: 1000 }, (_, index) =>
    person({ orderCount: index, firstName: 'x'.repeat(4000) }),
  )
  expect(await v2.outcome(v2.batch({ updated: users }))).toEqual(succeeded(1000))
  const last = users.at(-1)
  expect(await v2.read(String(last?.id))).toMatchObject({ orderCount: 999 })
})

it('section 6: a text of 16,384 bytes of UTF-8 is the longest', async () => {
  for (const text of ['x'.repeat(16_384), 'é'.repeat(8192), '😀'.repeat(4096)]) {
    const user = person({ firstName: text, favouriteColors: [text], homeAddress: { street: text } })
    await v2.store(user)
    expect(await v2.read(user.id)).toMatchObject(user)
  }
  for (const text of ['x'.repeat(16_385), 'é'.repeat(8193), '😀'.repeat(4097)]) {
    const reply = await v2.put(
      person({ firstName: text, favouriteColors: ['x', text], children: [{ name: text }] }),
    )
    expectFaults(reply, [
      invalidField('/firstName', 'firstName', textTooLong),
      invalidField('/favouriteColors/1', 'favouriteColors', textTooLong),
      invalidField('/children/0/name', 'children.name', textTooLong),
    ])
  }
})

it('section 6: a user of 1,048,576 bytes as compact JSON is the largest', async () => {
  const largest = userOfBytes(userLimitBytes)
  await v2.store(largest)
  expect(await v2.read(largest.id)).toMatchObject(largest)
  const reason = ': larger than 1,048,576 bytes'
  const over = userOfBytes(userLimitBytes + 1)
  expectFaults(await v2.put(over), [invalidField('', 'user', reason)])
  const reply = await v2.batch({ updated: [person(), over] })
  expect(fieldsOf(reply).errors).toEqual([invalidField('/updated/1', 'user', reason)])
  expect(await v2.untilProcessed(trackingIdIn(reply))).toMatchObject({ total: 2, success: 1, error: 1 })
})

it('section 6: white space does not count for the size of a user', async () => {
  const user = person()
  const body = padded(JSON.stringify(user), 3 * userLimitBytes)
  expect(await v2.outcome(v2.call('PUT', '/users', body))).toEqual(succeeded(1))
})

it('section 6: 1,000 nested objects in a user are the most', async () => {
  const children = Array.from({ length: 1000 }, (_, age) => ({ age }))
  const user = person({ children })
  await v2.store(user)
  expect(await v2.read(user.id)).toMatchObject({ children })
  const reason = ': more than 1,000 objects'
  expectFaults(await v2.put(person({ children: [...children, {}] })), [
    invalidField('/children', 'children', reason),
  ])
})

it('section 6: deep or wide nonsense is refused quickly and harms nothing', async () => {
  const { id, email } = person()
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  const reply = await v2.call('PUT', '/users', `{"id":"${id}","email":"${email}","favouriteColors":${deep}}`)
  expect(reply.status, describeReply(reply)).toBe(400)
  const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`no${index}`, index]))
  const many = await v2.put(person(wide))
  expect(many.status).toBe(400)
  expect((jsonOf(many) as { errors: Fault[] }).errors).toHaveLength(20_000)
  await v2.store(person())
})

it('section 6: the limits of v2 are those of v1', async () => {
  const id = unique()
  const reply = await v1.put(id, { firstName: 'x'.repeat(16_385), children: [{ name: 'é'.repeat(8193) }] })
  expect(reply.status).toBe(400)
  const { errors } = fieldsOf(reply) as { errors: { field: string; type: string }[] }
  expect(errors.toSorted((a, b) => (a.field < b.field ? -1 : 1))).toEqual([
    { field: 'children.0.name', type: 'WRONG_VALUE' },
    { field: 'firstName', type: 'WRONG_VALUE' },
  ])
  const tooMany = Array.from({ length: 1001 }, () => ({}))
  const message = 'Max batch request size is 1,000, but was 1,001'
  expectMessage(await v1.batch({ updated: tooMany }), 400, message)
  expectMessage(await v1.leads({ updated: tooMany }), 400, message)
})
