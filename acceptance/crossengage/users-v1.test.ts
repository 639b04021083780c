import { expect, it } from 'vitest'
import { answerOf, type Fields, fieldsOf, type Reply } from '../client.ts'
import { unique } from '../unique.ts'
import { expectMessage } from './faults.ts'
import { expectEmpty, person, uuid, v1, v2 } from './xng.ts'

const nobody = '123e4567-e89b-12d3-a456-426655440000'

function expectErrors(reply: Reply, status: number, errors: readonly Fields[]): void {
  const body = fieldsOf(reply) as { success?: boolean; errors?: { field: string }[] }
  expect({ status: reply.status, success: body.success }).toEqual({ status, success: false })
  const byField = (list: readonly Fields[]): Fields[] =>
    list.toSorted((a, b) => (String(a.field) < String(b.field) ? -1 : 1))
  expect(byField((body.errors ?? []) as unknown as Fields[])).toEqual(byField(errors))
}

it('C42: a v1 write is answered after it is applied: every read that follows shows it', async () => {
  const user = person({ businessUnit: 'DE' })
  for (let round = 0; round < 10; round += 1) {
    const reply = await v1.put(user.id, { ...user, orderCount: round })
    expect(reply.status).toBe(200)
    const reads = await Promise.all([v1.get(user.id), v2.get(user.id), v2.getByEmail(user.email, 'DE')])
    expect(reads.map((read) => fieldsOf(read).orderCount)).toEqual([round, round, round])
  }
  expectEmpty(await v1.remove(user.id), 204)
  expectEmpty(await v2.get(user.id), 404)
})

it('C42: v1 and v2 changes to one id keep the order of their answers', async () => {
  const user = person()
  await v2.put({ ...user, firstName: 'v2', lastName: 'v2' })
  expect((await v1.put(user.id, { firstName: 'v1' })).status).toBe(200)
  expect(await v1.read(user.id)).toMatchObject({ firstName: 'v1', lastName: 'v2' })
})

it('C43: the result names the stored e-mail and business unit after the change', async () => {
  const user = person()
  const created = await v1.put(user.id, { email: user.email, businessUnit: 'de' })
  const { xngId } = await v1.read(user.id)
  expect(xngId).toMatch(uuid)
  const result = { id: user.id, xngId, email: user.email, businessUnit: 'DE', success: true }
  expect(answerOf(created)).toEqual({ status: 200, body: result })
  expect(answerOf(await v1.put(user.id, { firstName: 'x' }))).toEqual({ status: 200, body: result })
  expect(answerOf(await v1.put(user.id, { businessUnit: null }))).toEqual({
    status: 200,
    body: { ...result, businessUnit: null },
  })
})

it('C43: on failure it names those sent, null where absent, and the stored xngId of that id or null', async () => {
  const id = unique()
  const errors = [{ field: 'email', type: 'WRONG_FORMAT' }]
  const unknown = { id, xngId: null, email: 'x', businessUnit: null, success: false, errors }
  expect(answerOf(await v1.put(id, { email: 'x' }))).toEqual({ status: 400, body: unknown })
  await v2.store({ id, email: `${id}@example.com` })
  const { xngId } = await v2.read(id)
  const known = { ...unknown, xngId, businessUnit: 'AT' }
  expect(answerOf(await v1.put(id, { email: 'x', businessUnit: 'AT' }))).toEqual({ status: 400, body: known })
})

it('C44: e-mail absent or null leaves it as it is; a new user may have none', async () => {
  const id = unique()
  const created = await v1.put(id, { firstName: 'x' })
  expect(answerOf(created)).toMatchObject({ status: 200, body: { id, email: null, success: true } })
  const { xngId: _, ...stored } = await v1.read(id)
  expect(stored).toEqual({ id, firstName: 'x' })
  expect(await v2.read(id)).not.toHaveProperty('email')

  const email = `${id}@example.com`
  expect((await v1.put(id, { email })).status).toBe(200)
  for (const same of [{}, { email: null }]) {
    expect(answerOf(await v1.put(id, same))).toMatchObject({ status: 200, body: { email } })
  }
  expect(await v2.read(id)).toMatchObject({ email, firstName: 'x' })
})

it('C45: a body id other than the path’s is 409 without effect; they are compared as text', async () => {
  const id = String(Math.floor(Math.random() * 9e14))
  const email = `${id}@example.com`
  for (const other of [`${id}0`, Number(id) + 1]) {
    const reply = await v1.put(id, { id: other, email })
    expectErrors(reply, 409, [{ field: 'id', type: 'user_IDS_MISMATCH' }])
    expect(fieldsOf(reply)).toMatchObject({ xngId: null })
  }
  expectEmpty(await v1.get(id), 404)
  expect((await v1.put(id, { id, email })).status).toBe(200)
  expect((await v1.put(id, { id: Number(id), firstName: 'x' })).status).toBe(200)
  const mismatched = await v1.put(id, { id: 'other', firstName: 'y' })
  expect(answerOf(mismatched)).toMatchObject({ status: 409, body: { xngId: null, success: false } })
  expect(await v1.read(id)).toMatchObject({ id, firstName: 'x' })
})

it('C45: of a long number all digits are compared', async () => {
  const id = `9${String(Math.floor(Math.random() * 9e14)).padStart(15, '7')}3`
  for (const [sent, status] of [
    [id, 200],
    [`${id.slice(0, -1)}4`, 409],
  ] as const) {
    expect((await v1.call('PUT', `/users/${id}`, `{"id":${sent}}`)).status).toBe(status)
  }
})

it('C45: a body externalId is ignored here', async () => {
  const user = person()
  for (const externalId of [user.id, 'other', null, 5]) {
    expect((await v1.put(user.id, { email: user.email, externalId })).status).toBe(200)
  }
  expect(await v1.read(user.id)).not.toHaveProperty('externalId')
})

it('C46: an e-mail that another user holds is 409 without effect', async () => {
  const holder = person({ businessUnit: 'DE' })
  const user = person({ firstName: 'before' })
  await v2.store(holder)
  await v2.store(user)
  const errors = [{ field: 'email', type: 'user_IDS_MISMATCH' }]
  const { xngId } = await v2.read(user.id)
  const sent = { email: holder.email.toUpperCase(), businessUnit: 'DE' }
  const reply = await v1.put(user.id, { ...sent, firstName: 'after' })
  expect(answerOf(reply)).toEqual({
    status: 409,
    body: { id: user.id, xngId, ...sent, success: false, errors },
  })
  expectErrors(await v1.put(unique(), sent), 409, errors)
  expect(await v2.read(user.id)).toEqual({ ...user, xngId })
})

it('C46: a body xngId other than the stored one is 409, the stored one and null are fine', async () => {
  const user = person()
  expect((await v1.put(user.id, { email: user.email, xngId: nobody })).status).toBe(200)
  const { xngId } = await v1.read(user.id)
  expect(xngId).not.toBe(nobody)
  const reply = await v1.put(user.id, { xngId: nobody, firstName: 'x' })
  expectErrors(reply, 409, [{ field: 'xngId', type: 'user_IDS_MISMATCH' }])
  expect(fieldsOf(reply)).toMatchObject({ xngId })
  expect(await v1.read(user.id)).not.toHaveProperty('firstName')
  for (const same of [xngId, String(xngId).toUpperCase(), null]) {
    expect((await v1.put(user.id, { xngId: same })).status).toBe(200)
  }
})

it('C47: any other fault is 400 with all faults, and no effect', async () => {
  const id = unique()
  const reply = await v1.put(id, {
    email: '',
    businessUnit: 'FR',
    xngId: 5,
    firstName: 5,
    mobile: '0170',
    nope: 1,
    favouriteColors: ['red', null],
    children: [{ age: '4', size: 1 }],
    homeAddress: { floor: 'x' },
    birthday: 'soon',
  })
  expectErrors(reply, 400, [
    { field: 'email', type: 'WRONG_FORMAT' },
    { field: 'businessUnit', type: 'WRONG_VALUE' },
    { field: 'xngId', type: 'WRONG_VALUE' },
    { field: 'firstName', type: 'WRONG_VALUE' },
    { field: 'mobile', type: 'WRONG_FORMAT' },
    { field: 'nope', type: 'UNKNOWN_VALUE' },
    { field: 'favouriteColors.1', type: 'WRONG_VALUE' },
    { field: 'children.0.age', type: 'WRONG_VALUE' },
    { field: 'children.0.size', type: 'UNKNOWN_VALUE' },
    { field: 'homeAddress.floor', type: 'WRONG_VALUE' },
    { field: 'birthday', type: 'WRONG_VALUE' },
  ])
  expectEmpty(await v1.get(id), 404)
})

it.each(['null', '[]', '"x"', '5'])(
  'section 8.1: a body %s that is no object is answered in the message shape',
  async (body) => {
    const message = 'Invalid field value, or missing a required field "body"'
    expectMessage(await v1.call('PUT', `/users/${unique()}`, body), 400, message)
    expectMessage(await v1.call('POST', '/users/batch', body), 400, message)
    expectMessage(await v1.call('POST', '/leads', body), 400, message)
    expectMessage(await v1.call('POST', '/events', body), 400, message)
    expectMessage(await v1.call('POST', '/users/attributes', body), 400, message)
  },
)

it('C48: an unknown attribute whose value is null is ignored, in v1 only', async () => {
  const user = person()
  const vocabulary = { nope: null, 'traits.firstName': null, constructor: null, firstName: 'x' }
  expect((await v1.put(user.id, { email: user.email, ...vocabulary })).status).toBe(200)
  const batch = await v1.batch({ updated: [{ ...user, ...vocabulary }] })
  expect(answerOf(batch)).toMatchObject({ status: 200, body: { updated: [{ success: true }] } })
  expect((await v2.put({ ...user, ...vocabulary })).status).toBe(400)
  const proto = await v1.call('PUT', `/users/${user.id}`, '{"__proto__":null}')
  expect(proto.status).toBe(200)
  expectErrors(await v1.call('PUT', `/users/${user.id}`, '{"__proto__":{}}'), 400, [
    { field: '__proto__', type: 'UNKNOWN_VALUE' },
  ])
})

it('section 8.2: DELETE of any id is 204 and empty, by xngId of any value too', async () => {
  const [first, second] = [person(), person()]
  await v2.store(first)
  await v2.store(second)
  expectEmpty(await v1.remove(first.id), 204)
  expectEmpty(await v1.remove(first.id), 204)
  expectEmpty(await v1.get(first.id), 404)
  const { xngId } = await v2.read(second.id)
  for (const none of [nobody, 'no-uuid', unique(), '%00', second.id]) {
    expectEmpty(await v1.call('DELETE', `/users/xngId/${none}`), 204)
  }
  await v2.read(second.id)
  expectEmpty(await v1.removeByXngId(String(xngId)), 204)
  expectEmpty(await v2.get(second.id), 404)
  expectEmpty(await v2.getByEmail(second.email), 404)
})

it('C49: a batch answers one result for each entry, in order, and always both arrays', async () => {
  const [known, fresh] = [person(), person()]
  await v2.store(known)
  const reply = await v1.batch({
    updated: [{ ...known, firstName: 'x' }, { id: '2', email: 'nonsense' }, fresh],
    deleted: [{ id: unique('gone') }],
  })
  const ids = [(await v2.read(known.id)).xngId, (await v2.read(fresh.id)).xngId]
  const { updated, deleted } = fieldsOf(reply) as { updated: Fields[]; deleted: Fields[] }
  expect(reply.status).toBe(400)
  expect(updated[0]).toEqual({ id: known.id, xngId: ids[0], success: true })
  expect(updated[1]).toMatchObject({
    id: '2',
    success: false,
    errors: [{ field: 'email', type: 'WRONG_FORMAT' }],
  })
  expect(updated[2]).toEqual({ id: fresh.id, xngId: ids[1], success: true })
  expect(updated).toHaveLength(3)
  expect(deleted).toEqual([{ id: expect.stringMatching(/^gone/), xngId: null, success: true }])
  expect(await v2.read(known.id)).toMatchObject({ firstName: 'x' })

  for (const none of [{}, { updated: [] }, { updated: null, deleted: null }, { other: [5] }]) {
    expect(answerOf(await v1.batch(none))).toEqual({ status: 200, body: { updated: [], deleted: [] } })
  }
})

it('C50: 200 if all succeed, 400 if any fails, and the valid ones are stored either way', async () => {
  const [good, gone] = [person(), person()]
  await v2.store(gone)
  const all = await v1.batch({ updated: [good], deleted: [gone] })
  expect(all.status).toBe(200)
  expect(fieldsOf(all)).toMatchObject({ deleted: [{ id: gone.id, success: true }] })
  expectEmpty(await v2.get(gone.id), 404)

  const second = person()
  const some = await v1.batch({
    updated: [
      { ...second, nope: 1 },
      { ...good, firstName: 'x' },
    ],
    ignored: true,
  })
  expect(some.status).toBe(400)
  expect(await v2.read(good.id)).toMatchObject({ firstName: 'x' })
  expectEmpty(await v2.get(second.id), 404)
})

it('C50: id may be sent as externalId; without either it is NOT_NULL and id null', async () => {
  const user = person()
  const { id: externalId, ...rest } = user
  const reply = await v1.batch({
    updated: [{ ...rest, externalId }, rest, { ...rest, id: null }],
    deleted: [{}],
  })
  const missing = { id: null, xngId: null, success: false, errors: [{ field: 'id', type: 'NOT_NULL' }] }
  expect(answerOf(reply)).toEqual({
    status: 400,
    body: {
      updated: [{ id: user.id, xngId: expect.stringMatching(uuid), success: true }, missing, missing],
      deleted: [missing],
    },
  })
  expect(answerOf(await v1.batch({ deleted: [{ externalId }] }))).toMatchObject({
    status: 200,
    body: { deleted: [{ id: user.id, success: true }] },
  })
  expectEmpty(await v2.get(user.id), 404)
})

it('C50: a conflict is an error of that entry, and the order is that of C28', async () => {
  const first = person()
  const second = { id: unique(), email: first.email }
  const reply = await v1.batch({
    updated: [first, second, { ...first, xngId: nobody }, { ...first, orderCount: 2 }],
  })
  expect(reply.status).toBe(400)
  const { xngId } = await v2.read(first.id)
  expect(fieldsOf(reply).updated).toMatchObject([
    { id: first.id, xngId, success: true },
    { id: second.id, xngId: null, success: false, errors: [{ field: 'email', type: 'user_IDS_MISMATCH' }] },
    { id: first.id, success: false, errors: [{ field: 'xngId', type: 'user_IDS_MISMATCH' }] },
    { id: first.id, xngId, success: true },
  ])
  const both = await v1.batch({ deleted: [first], updated: [{ ...first, orderCount: 3 }] })
  expect(both.status).toBe(200)
  expectEmpty(await v2.get(first.id), 404)
})

it('C50: an entry that is no object fails alone', async () => {
  const user = person()
  const reply = await v1.batch({ updated: ['text', user, null] })
  expect(reply.status).toBe(400)
  const { updated } = fieldsOf(reply) as { updated: Fields[] }
  expect(updated.map((result) => result.success)).toEqual([false, true, false])
  await v2.read(user.id)
})
