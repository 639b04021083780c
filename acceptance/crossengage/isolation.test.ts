import { expect, it } from 'vitest'
import { fieldsOf } from '../client.ts'
import { unique } from '../unique.ts'
import { expectFaults, unknownAttribute } from './faults.ts'
import { expectEmpty, otherV1, otherV2, person, succeeded, trackingIdOf, v1, v2 } from './xng.ts'

it('ids: the same id is two users, each with its own values and xngId', async () => {
  const user = person()
  await v2.store({ ...user, firstName: 'acme' })
  expectEmpty(await otherV2.get(user.id), 404)
  await otherV2.store({ ...user, otherName: 'other' })
  const [mine, theirs] = [await v2.read(user.id), await otherV2.read(user.id)]
  expect(mine).toEqual({ ...user, xngId: mine.xngId, firstName: 'acme' })
  expect(theirs).toEqual({ ...user, xngId: theirs.xngId, otherName: 'other' })
  expect(mine.xngId).not.toBe(theirs.xngId)

  await otherV2.erase(user.id)
  expect(await v2.read(user.id)).toEqual(mine)
})

it('e-mails: one address names a user in each workspace, and conflicts in neither', async () => {
  const { email } = person()
  const [mine, theirs] = [unique('mine'), unique('theirs')]
  await v2.store({ id: mine, email })
  expectEmpty(await otherV2.getByEmail(email), 404)
  await otherV2.store({ id: theirs, email })
  expect(fieldsOf(await v2.getByEmail(email))).toMatchObject({ id: mine })
  expect(fieldsOf(await otherV2.getByEmail(email))).toMatchObject({ id: theirs })
})

it('xngId: another workspace cannot delete by it, nor send it back', async () => {
  const user = person()
  await v2.store(user)
  const { xngId } = await v2.read(user.id)
  expectEmpty(await otherV1.removeByXngId(String(xngId)), 204)
  expect(await v2.read(user.id)).toMatchObject({ xngId })
  await otherV2.store({ ...user, xngId })
  expect((await otherV2.read(user.id)).xngId).not.toBe(xngId)
})

it('tracking ids: one workspace does not see those of another', async () => {
  const trackingId = trackingIdOf(await v2.put(person()))
  expectEmpty(await otherV2.track(trackingId), 404)
  expect(await v2.untilProcessed(trackingId)).toEqual(succeeded(1))
  expectEmpty(await otherV2.track(trackingId, '?details=true'), 404)
})

it('idempotency keys: the same key binds one request in each workspace', async () => {
  const key = { 'Idempotency-Key': unique('key') }
  const user = person()
  const mine = trackingIdOf(await v2.put(user, key))
  const theirs = trackingIdOf(await otherV2.put(user, key))
  expect(theirs).not.toBe(mine)
  expect(trackingIdOf(await otherV2.put(user, key))).toBe(theirs)
  expect(await otherV2.untilProcessed(theirs)).toEqual(succeeded(1))
  await otherV2.read(user.id)
})

it('attributes: those of one workspace are unknown in the other, and cannot be read or deleted there', async () => {
  expectFaults(await otherV2.put(person({ firstName: 'x' })), [unknownAttribute('/firstName', 'firstName')])
  expectFaults(await v2.put(person({ otherName: 'x' })), [unknownAttribute('/otherName', 'otherName')])

  const name = unique('i')
  const created = await v1.createAttribute({ name: `traits.${name}`, attributeType: 'STRING' })
  const { id } = fieldsOf(created)
  expectFaults(await otherV2.put(person({ [name]: 'x' })), [unknownAttribute(`/${name}`, name)])
  const seen = await otherV1.call('GET', `/users/attributes/${id}`)
  if (seen.status === 200) expect(fieldsOf(seen).name).not.toBe(`traits.${name}`)
  else expectEmpty(seen, 404)
  const same = await otherV1.createAttribute({ name: `traits.${name}`, attributeType: 'INTEGER' })
  expect(same.status).toBe(200)
  expectEmpty(await otherV1.removeAttribute(Number(fieldsOf(same).id)), 204)
  await v2.store(person({ [name]: 'x' }))
  expectEmpty(await v1.removeAttribute(Number(id)), 204)
})

it('leads, opt-outs and events: those of one workspace touch nobody in the other', async () => {
  const user = person()
  await v2.store(user)
  const lead = await otherV1.leads({ updated: [{ email: user.email, otherName: 'lead' }] })
  expect(lead.status).toBe(200)
  expect(fieldsOf(lead).updated).toMatchObject([{ id: null, success: true }])
  expectEmpty(await otherV1.call('GET', `/users/${user.id}/recipient-status`), 404)
  expectEmpty(await otherV1.call('PUT', `/users/${user.id}/optout-status`, '{"optOut":true}'), 404)
  expectEmpty(await otherV1.events({ id: user.id, events: [{ event: 'Blacklisted' }] }), 202)
  await otherV2.store({ id: user.id, email: user.email })
  const status = await v1.call('GET', `/users/${user.id}/recipient-status`)
  expect(fieldsOf(status)).toEqual({ blacklisted: false, optOutAll: false, optOutChannels: [] })
})

it('settings: each workspace keeps to its own business units', async () => {
  expect((await v2.put(person({ businessUnit: 'Anything' }))).status).toBe(400)
  expect((await otherV2.put(person({ businessUnit: 'Anything' }))).status).toBe(202)
})
