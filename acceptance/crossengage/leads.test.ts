import { expect, it } from 'vitest'
import { answerOf, type Fields, fieldsOf } from '../client.ts'
import { unique } from '../unique.ts'
import { emailTaken, mismatch } from './faults.ts'
import { expectEmpty, person, uuid, v1, v2 } from './xng.ts'

function newEmail(): string {
  return `${unique('lead')}@example.com`
}

/** Stores one lead and gives its xngId. */
async function lead(fields: Fields): Promise<string> {
  const reply = await v1.leads({ updated: [fields] })
  const created = { id: null, xngId: expect.stringMatching(uuid), success: true }
  expect(answerOf(reply)).toEqual({ status: 200, body: { updated: [created], deleted: [] } })
  const { updated } = fieldsOf(reply) as { updated: { xngId: string }[] }
  return String(updated[0]?.xngId)
}

it('C61: the profile with this e-mail and business unit is updated, else a lead is created', async () => {
  const email = newEmail()
  const first = await lead({ email, businessUnit: 'DE', firstName: 'A' })
  expect(await lead({ email: email.toUpperCase(), businessUnit: 'de', lastName: 'B' })).toBe(first)
  const inAt = await lead({ email, businessUnit: 'AT' })
  const inNone = await lead({ email })
  expect(new Set([first, inAt, inNone]).size).toBe(3)
})

it('C61: a user with this e-mail is updated, and the result has the user’s id', async () => {
  const user = person({ businessUnit: 'DE', firstName: 'A' })
  await v2.store(user)
  const { xngId } = await v2.read(user.id)
  const reply = await v1.leads({ updated: [{ email: user.email, businessUnit: 'DE', lastName: 'B' }] })
  expect(answerOf(reply)).toEqual({
    status: 200,
    body: { updated: [{ id: user.id, xngId, success: true }], deleted: [] },
  })
  expect(await v2.read(user.id)).toMatchObject({ ...user, lastName: 'B' })
})

it('C61: the e-mail is required, a non-null id is refused, and other faults are those of users', async () => {
  const failed = (...errors: Fields[]) => ({ id: null, xngId: null, success: false, errors })
  const email = newEmail()
  const reply = await v1.leads({
    updated: [
      { firstName: 'x' },
      { email: null },
      { email: 'nonsense' },
      { email, id: 'x' },
      { email, businessUnit: 'FR' },
      { email, firstName: 5 },
      { email, nope: 1 },
    ],
  })
  expect(answerOf(reply)).toEqual({
    status: 400,
    body: {
      updated: [
        failed({ field: 'email', type: 'NOT_NULL' }),
        failed({ field: 'email', type: 'NOT_NULL' }),
        failed({ field: 'email', type: 'WRONG_FORMAT' }),
        failed({ field: 'id', type: 'WRONG_VALUE' }),
        failed({ field: 'businessUnit', type: 'WRONG_VALUE' }),
        failed({ field: 'firstName', type: 'WRONG_VALUE' }),
        failed({ field: 'nope', type: 'UNKNOWN_VALUE' }),
      ],
      deleted: [],
    },
  })
  await lead({ email, id: null, nope: null })
})

it('C62: deleted is always [] and a deleted in the request is ignored', async () => {
  const user = person()
  await v2.store(user)
  const reply = await v1.leads({ updated: [{ email: newEmail() }], deleted: [{ id: user.id }, 5] })
  expect(reply.status).toBe(200)
  expect(fieldsOf(reply).deleted).toEqual([])
  await v2.read(user.id)
})

it('C62: if any fails it is 400, and the others are stored', async () => {
  const email = newEmail()
  const reply = await v1.leads({ updated: [{ email: 'nonsense' }, { email, firstName: 'x' }] })
  expect(reply.status).toBe(400)
  const { updated } = fieldsOf(reply) as { updated: { xngId: string; success: boolean }[] }
  expect(updated.map((result) => result.success)).toEqual([false, true])
  expect(await lead({ email })).toBe(updated[1]?.xngId)
})

it('C62: 1,000 entries are accepted', async () => {
  const reply = await v1.leads({ updated: Array.from({ length: 1000 }, () => ({ email: newEmail() })) })
  expect(reply.status).toBe(200)
  expect(fieldsOf(reply).updated).toHaveLength(1000)
})

it('section 8.2: a lead is deleted by its xngId', async () => {
  const email = newEmail()
  const xngId = await lead({ email })
  expectEmpty(await v1.removeByXngId(xngId), 204)
  expect(await lead({ email })).not.toBe(xngId)
})

it('C15: a new id turns the lead into that user: xngId and attributes stay, given fields are written over', async () => {
  const email = newEmail()
  const xngId = await lead({ email, businessUnit: 'DE', firstName: 'lead', lastName: 'lead', orderCount: 1 })
  const id = unique()
  await v2.store({ id, email: email.toUpperCase(), businessUnit: 'DE', firstName: 'user' })
  expect(await v2.read(id)).toEqual({
    id,
    xngId,
    email: email.toUpperCase(),
    businessUnit: 'DE',
    firstName: 'user',
    lastName: 'lead',
    orderCount: 1,
  })
})

it('C15: a known id absorbs the lead: its own xngId and values stay, the lead’s fill the gaps', async () => {
  const email = newEmail()
  const user = person({ firstName: 'user', orderCount: 7 })
  await v2.store(user)
  const { xngId } = await v2.read(user.id)
  const leadId = await lead({ email, firstName: 'lead', lastName: 'lead', newsletter: true })
  await v2.store({ id: user.id, email, newsletter: false })
  expect(await v2.read(user.id)).toEqual({
    id: user.id,
    xngId,
    email,
    firstName: 'user',
    lastName: 'lead',
    orderCount: 7,
    newsletter: false,
  })
  expectEmpty(await v2.getByEmail(user.email), 404)

  expectEmpty(await v1.removeByXngId(leadId), 204)
  expect(await v2.read(user.id)).toMatchObject({ xngId })
})

it('C15: where nobody has the e-mail in the unit, a lead without business unit is taken and moves there', async () => {
  const email = newEmail()
  const xngId = await lead({ email, firstName: 'lead' })
  const id = unique()
  await v2.store({ id, email, businessUnit: 'AT' })
  expect(await v2.read(id)).toEqual({ id, xngId, email, businessUnit: 'AT', firstName: 'lead' })
  expect(await lead({ email })).not.toBe(xngId)
})

it('C15: a lead of the same unit goes before one without', async () => {
  const email = newEmail()
  const without = await lead({ email })
  const inUnit = await lead({ email, businessUnit: 'CZ' })
  const id = unique()
  await v2.store({ id, email, businessUnit: 'CZ' })
  expect(await v2.read(id)).toMatchObject({ xngId: inUnit })
  expect(await lead({ email })).toBe(without)
})

it('C15: a lead in another unit is left alone', async () => {
  const email = newEmail()
  const inDe = await lead({ email, businessUnit: 'DE' })
  const id = unique()
  await v2.store({ id, email, businessUnit: 'AT' })
  expect((await v2.read(id)).xngId).not.toBe(inDe)
  expect(await lead({ email, businessUnit: 'DE' })).toBe(inDe)
})

it('C15: a batch turns leads into users, and the next to claim the e-mail fails', async () => {
  const email = newEmail()
  const xngId = await lead({ email })
  const [first, second] = [unique(), unique()]
  const outcome = await v2.outcome(
    v2.batch({
      updated: [
        { id: first, email },
        { id: second, email },
      ],
    }),
  )
  expect(outcome).toMatchObject({ total: 2, success: 1, error: 1 })
  expect(outcome.errors).toEqual([mismatch(1, '/updated/1/email', emailTaken(email, first))])
  expect(await v2.read(first)).toMatchObject({ xngId })
})

it('C63: leads become users in v1 too, and have no opt-out before', async () => {
  const email = newEmail()
  const xngId = await lead({ email, firstName: 'lead' })
  expectEmpty(await v1.call('PUT', `/users/${xngId}/optout-status`, '{"optOut":true}'), 404)
  const id = unique()
  const reply = await v1.put(id, { email })
  expect(answerOf(reply)).toEqual({
    status: 200,
    body: { id, xngId, email, businessUnit: null, success: true },
  })
  expect(await v1.read(id)).toMatchObject({ firstName: 'lead' })
  const status = await v1.call('GET', `/users/${id}/recipient-status`)
  expect(fieldsOf(status)).toEqual({ blacklisted: false, optOutAll: false, optOutChannels: [] })
})
