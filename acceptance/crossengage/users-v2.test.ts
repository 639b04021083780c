import { expect, it } from 'vitest'
import { fieldsOf } from '../client.ts'
import { unique } from '../unique.ts'
import { emailTaken, expectFaults, invalidField, mismatch, unknownAttribute, wrongType } from './faults.ts'
import { expectEmpty, otherV2, person, succeeded, trackingIdOf, uuid, v1, v2 } from './xng.ts'

it('C1: a user that was answered 202 is processed, and then readable as it was sent', async () => {
  const user = person({ businessUnit: 'DE', firstName: 'John', orderCount: 3, favouriteColors: ['red'] })
  expect(await v2.outcome(v2.put(user))).toEqual(succeeded(1))
  const { xngId, ...stored } = await v2.read(user.id)
  expect(stored).toEqual(user)
  expect(xngId).toMatch(uuid)
})

it('C1: many users sent at once are all applied, each once', async () => {
  const users = Array.from({ length: 100 }, (_, index) => person({ orderCount: index }))
  const outcomes = await Promise.all(users.map((user) => v2.outcome(v2.put(user))))
  expect(outcomes).toEqual(users.map(() => succeeded(1)))
  const stored = await Promise.all(users.map((user) => v2.read(user.id)))
  expect(stored.map((user) => user.orderCount)).toEqual(users.map((_, index) => index))
})

it('C2: faults answer 400 with every fault and without tracking id, and nothing is stored', async () => {
  const { id } = person()
  const reply = await v2.put({ id, email: null, firstName: 1, orderCount: '3', nope: true, lastName: 'Ok' })
  expectFaults(reply, [
    invalidField('/email'),
    wrongType('/firstName', 'firstName', 'STRING'),
    wrongType('/orderCount', 'orderCount', 'INTEGER'),
    unknownAttribute('/nope', 'nope'),
  ])
  expectEmpty(await v2.get(id), 404)
})

it('C3: id and email are required on every write, updates included', async () => {
  const user = person()
  await v2.store(user)
  expectFaults(await v2.put({ id: user.id, firstName: 'x' }), [invalidField('/email')])
  expectFaults(await v2.put({ email: user.email }), [invalidField('/id')])
  expectFaults(await v2.put({}), [invalidField('/id'), invalidField('/email')])
})

it('C4: an unknown attribute is code 6, also when its value is null', async () => {
  expectFaults(await v2.put(person({ lastname: 'x', other: null, 'traits.firstName': 'x' })), [
    unknownAttribute('/lastname', 'lastname'),
    unknownAttribute('/other', 'other'),
    unknownAttribute('/traits.firstName', 'traits.firstName'),
  ])
})

it('C5: a fault is found whatever the other fields hold, and drops no neighbour', async () => {
  const bad = { birthday: 'soon', mobile: 5, lifetimeValue: '1', newsletter: 'true' }
  for (const [name, value] of Object.entries(bad)) {
    const reply = await v2.put(person({ firstName: 'ok', [name]: value, lastName: 'ok', orderCount: 1 }))
    expect(reply.status).toBe(400)
    expect(fieldsOf(reply).errors).toMatchObject([{ source: { pointer: `/${name}` } }])
  }
})

it.each([
  ['U+0000', '"a\\u0000b"'],
  ['half a surrogate pair', '"a\\ud800b"'],
  ['the other half', '"\\udc00"'],
  ['a very long text', `"${'x'.repeat(20_000)}"`],
])('C6: %s is refused where it stands and harms no other user', async (_, poison) => {
  const good = [person(), person()]
  const [first, last] = good.map((user) => JSON.stringify(user))
  const bad = person()
  const body = `{"updated":[${first},{"id":"${bad.id}","email":"${bad.email}","firstName":${poison}},${last}]}`
  const reply = await v2.call('POST', '/users/batch', body)
  expect(reply.status).toBe(400)
  const { trackingId, errors } = fieldsOf(reply)
  expect(errors).toMatchObject([{ code: '2', source: { pointer: '/updated/1/firstName' } }])
  const outcome = await v2.untilProcessed(String(trackingId))
  expect(outcome).toMatchObject({ total: 3, success: 2, error: 1 })
  for (const user of good) await v2.read(user.id)
  expectEmpty(await v2.get(bad.id), 404)
})

it('C6: a number beyond the range is refused where it stands', async () => {
  const { id, email } = person()
  const body = `{"id":"${id}","email":"${email}","lifetimeValue":1e400,"orderCount":1e400,"firstName":1e400}`
  expectFaults(await v2.call('PUT', '/users', body), [
    wrongType('/lifetimeValue', 'lifetimeValue', 'FLOAT'),
    wrongType('/orderCount', 'orderCount', 'INTEGER'),
    wrongType('/firstName', 'firstName', 'STRING'),
  ])
})

it('C7: changes to one id are applied in the order of their answers, whatever the endpoint and version', async () => {
  const user = person()
  for (let round = 1; round <= 5; round += 1) {
    await v2.put({ ...user, orderCount: round, firstName: `put ${round}` })
    await v2.batch({ updated: [{ ...user, firstName: `batch ${round}`, lastName: 'from batch' }] })
    await v1.put(user.id, { lastName: `v1 ${round}` })
    expect(await v2.read(user.id)).toMatchObject({
      orderCount: round,
      firstName: `batch ${round}`,
      lastName: `v1 ${round}`,
    })
  }
  await v2.put({ ...user, firstName: 'before' })
  await v2.remove(user.id)
  expect(await v2.outcome(v2.put({ ...user, lastName: 'after' }))).toEqual(succeeded(1))
  const { xngId: _, ...stored } = await v2.read(user.id)
  expect(stored).toEqual({ ...user, lastName: 'after' })
})

it('C7: of many changes to one id without waiting, the last one answered last wins', async () => {
  const user = person()
  for (let count = 1; count <= 50; count += 1) trackingIdOf(await v2.put({ ...user, orderCount: count }))
  await v2.store({ ...user, lastName: 'fence' })
  expect(await v2.read(user.id)).toMatchObject({ orderCount: 50, lastName: 'fence' })
})

it('C8: once PROCESSED, every way of reading shows the change', async () => {
  const user = person({ businessUnit: 'AT' })
  await v2.store(user)
  for (let round = 0; round < 10; round += 1) {
    await v2.store({ ...user, orderCount: round })
    const replies = await Promise.all([
      v2.get(user.id),
      v1.get(user.id),
      v2.getByEmail(user.email),
      v2.getByEmail(user.email, 'AT'),
    ])
    expect(replies.map((reply) => fieldsOf(reply).orderCount)).toEqual([round, round, round, round])
  }
})

it('C9: an unknown id creates a user, a known one updates only the fields given', async () => {
  const user = person({ businessUnit: 'CZ', firstName: 'A', lastName: 'B', newsletter: false })
  await v2.store(user)
  await v2.store({ id: user.id, email: user.email, lastName: 'C' })
  expect(await v2.read(user.id)).toMatchObject({ ...user, lastName: 'C' })
})

it('C9: an id is unique in the workspace, across business units, and has letter case', async () => {
  const user = person({ businessUnit: 'DE' })
  await v2.store(user)
  await v2.store({ ...user, businessUnit: 'AT' })
  expect(await v2.read(user.id)).toMatchObject({ businessUnit: 'AT' })
  expectEmpty(await v2.get(user.id.toUpperCase()), 404)
  await v2.store({ id: user.id.toUpperCase(), email: `${unique()}@example.com` })
  expect(await v2.read(user.id)).toMatchObject({ email: user.email })
})

it('C9: an id is taken exactly as sent, blanks included', async () => {
  const user = person()
  await v2.store({ ...user, id: ` ${user.id} ` })
  expectEmpty(await v2.get(user.id), 404)
  expect(await v2.read(` ${user.id} `)).toMatchObject({ id: ` ${user.id} ` })
})

it('C10: business unit absent stays, null or "" removes it, another one moves the user', async () => {
  const user = person()
  await v2.store({ ...user, businessUnit: 'DE' })
  await v2.store({ ...user, firstName: 'x' })
  expect(await v2.read(user.id)).toMatchObject({ businessUnit: 'DE' })

  await v2.store({ ...user, businessUnit: 'AT' })
  expectEmpty(await v2.getByEmail(user.email, 'DE'), 404)
  expect(fieldsOf(await v2.getByEmail(user.email, 'AT'))).toMatchObject({ id: user.id })

  for (const none of [null, '']) {
    await v2.store({ ...user, businessUnit: none })
    expect(await v2.read(user.id)).not.toHaveProperty('businessUnit')
    expectEmpty(await v2.getByEmail(user.email, 'AT'), 404)
    await v2.store({ ...user, businessUnit: 'AT' })
  }
})

it('C11: another e-mail replaces the stored one, which is free and finds nobody', async () => {
  const user = person()
  const next = `next-${user.email}`
  await v2.store(user)
  await v2.store({ id: user.id, email: next })
  expectEmpty(await v2.getByEmail(user.email), 404)
  expect(fieldsOf(await v2.getByEmail(next))).toMatchObject({ id: user.id, email: next })
  const second = { ...person(), email: user.email }
  await v2.store(second)
  expect(fieldsOf(await v2.getByEmail(user.email))).toMatchObject({ id: second.id })
})

it('C11: the own e-mail in other letter case is no conflict and is stored as sent', async () => {
  const user = person()
  await v2.store(user)
  await v2.store({ id: user.id, email: user.email.toUpperCase() })
  expect(await v2.read(user.id)).toMatchObject({ email: user.email.toUpperCase() })
  expect(fieldsOf(await v2.getByEmail(user.email))).toMatchObject({ id: user.id })
})

it('C12: an e-mail belongs to one user per business unit, compared without letter case', async () => {
  const holder = person({ businessUnit: 'DE', firstName: 'Holder' })
  await v2.store(holder)
  const rival = unique()
  const taken = await v2.outcome(v2.put({ id: rival, email: holder.email.toUpperCase(), businessUnit: 'de' }))
  expect(taken).toMatchObject({ stage: 'PROCESSED', total: 1, success: 0, error: 1 })
  expect(taken.errors).toMatchObject([{ index: 0, pointer: '/email', code: '7' }])
  expectEmpty(await v2.get(rival), 404)
  expect(await v2.read(holder.id)).toMatchObject(holder)

  await v2.store({ id: rival, email: holder.email, businessUnit: 'AT' })
  const third = unique()
  await v2.store({ id: third, email: holder.email })
  const fourth = await v2.outcome(v2.put({ id: unique(), email: holder.email, businessUnit: '' }))
  expect(fourth.errors).toEqual([mismatch(0, '/email', emailTaken(holder.email, third))])
})

it('C12: e-mails beyond ASCII are compared without letter case too, and without any locale', async () => {
  const name = unique('ÜI')
  const first = { id: unique(), email: `${name}@example.com` }
  await v2.store(first)
  const outcome = await v2.outcome(v2.put({ id: unique(), email: `${name.toLowerCase()}@EXAMPLE.com` }))
  expect(outcome).toMatchObject({ success: 0, error: 1 })
  await v2.store({ id: unique(), email: `${name.replace('I', 'ı')}@example.com` })
})

it('C12: a conflict by a changed e-mail or by a move leaves the whole change without effect', async () => {
  const holder = person({ businessUnit: 'DE' })
  const user = person({ firstName: 'Before' })
  await v2.store(holder)
  await v2.store(user)
  const details = emailTaken(holder.email, holder.id, 'DE')

  const changed = await v2.outcome(
    v2.put({ id: user.id, email: holder.email, businessUnit: 'DE', firstName: 'After' }),
  )
  expect(changed.errors).toEqual([mismatch(0, '/email', details)])
  const { xngId, ...unchanged } = await v2.read(user.id)
  expect(unchanged).toEqual(user)

  await v2.store({ id: user.id, email: holder.email })
  const moved = await v2.outcome(
    v2.put({ id: user.id, email: holder.email, businessUnit: 'DE', firstName: 'After' }),
  )
  expect(moved.errors).toEqual([mismatch(0, '/email', details)])
  expect(await v2.read(user.id)).toEqual({ ...unchanged, xngId, email: holder.email })
})

it('C12: with emailUniqueness "workspace" an e-mail belongs to one user, whatever the business unit', async () => {
  const holder = person()
  await otherV2.store(holder)
  const rival = unique()
  const outcome = await otherV2.outcome(
    otherV2.put({ id: rival, email: holder.email.toUpperCase(), businessUnit: 'Shop' }),
  )
  expect(outcome).toMatchObject({ total: 1, success: 0, error: 1 })
  expect(outcome.errors).toMatchObject([{ pointer: '/email', code: '7' }])
  expectEmpty(await otherV2.get(rival), 404)
  await otherV2.store({ ...holder, businessUnit: 'Shop' })
  const again = await otherV2.outcome(otherV2.put({ id: rival, email: holder.email }))
  expect(again).toMatchObject({ success: 0, error: 1 })
})

it('C13: xngId stays over all updates, and is a new one when a deleted id is created again', async () => {
  const user = person()
  await v2.store(user)
  const { xngId } = await v2.read(user.id)
  expect(xngId).toMatch(uuid)
  await v2.store({ ...user, email: `new-${user.email}`, businessUnit: 'AT', firstName: 'x' })
  expect(await v2.read(user.id)).toMatchObject({ xngId })
  await v2.erase(user.id)
  await v2.store(user)
  const again = await v2.read(user.id)
  expect(again.xngId).toMatch(uuid)
  expect(again.xngId).not.toBe(xngId)
})

it('C14: xngId in the body is ignored on creation, without effect when equal, refused when different', async () => {
  const user = person()
  const sent = '123e4567-e89b-12d3-a456-426655440000'
  await v2.store({ ...user, xngId: sent })
  const { xngId } = await v2.read(user.id)
  expect(xngId).not.toBe(sent)
  await v2.store({ ...user, xngId: null, firstName: 'a' })
  await v2.store({ ...user, xngId: String(xngId).toUpperCase(), firstName: 'b' })
  for (const different of [sent, 'no uuid']) {
    const outcome = await v2.outcome(v2.put({ ...user, xngId: different, firstName: 'c' }))
    const details = `xngId "${different}" is not the xngId of user "${user.id}"`
    expect(outcome).toMatchObject({ total: 1, success: 0, error: 1 })
    expect(outcome.errors).toEqual([mismatch(0, '/xngId', details)])
  }
  expect(await v2.read(user.id)).toEqual({ ...user, xngId, firstName: 'b' })
})

it('C16: deleting an unknown or already deleted id is accepted and counts as success', async () => {
  const user = person()
  expect(await v2.outcome(v2.remove(user.id))).toEqual(succeeded(1))
  await v2.store(user)
  await v2.erase(user.id)
  await v2.erase(user.id)
  expectEmpty(await v2.get(user.id), 404)
})

it('C17: deleting frees the e-mail, and the same id starts clean', async () => {
  const user = person({ firstName: 'Old', businessUnit: 'DE' })
  await v2.store(user)
  await v1.call('PUT', `/users/${user.id}/optout-status`, '{"optOut":true}')
  await v1.call('PUT', `/users/${user.id}/blacklist-status`, '{"blacklisted":true}')
  await v2.erase(user.id)
  expectEmpty(await v2.get(user.id), 404)
  expectEmpty(await v2.getByEmail(user.email), 404)
  expectEmpty(await v1.call('GET', `/users/${user.id}/recipient-status`), 404)

  const next = { ...person(), email: user.email, businessUnit: 'DE' }
  await v2.store(next)
  await v2.store({ id: user.id, email: `second-${user.email}` })
  const { xngId: _, ...clean } = await v2.read(user.id)
  expect(clean).toEqual({ id: user.id, email: `second-${user.email}` })
  const status = await v1.call('GET', `/users/${user.id}/recipient-status`)
  expect(fieldsOf(status)).toEqual({ blacklisted: false, optOutAll: false, optOutChannels: [] })
})

it('C18: a user is read by id in both versions alike; nobody and leads are 404', async () => {
  const user = person({ businessUnit: 'DE', children: [{ name: 'Zoe', age: 4 }] })
  await v2.store(user)
  expect(await v1.read(user.id)).toEqual(await v2.read(user.id))
  expectEmpty(await v2.get(unique()), 404)
  const email = `${unique('lead')}@example.com`
  expect((await v1.leads({ updated: [{ email, businessUnit: 'DE' }] })).status).toBe(200)
  expectEmpty(await v2.getByEmail(email), 404)
  expectEmpty(await v2.getByEmail(email, 'DE'), 404)
})

it('C19: e-mail and business unit are both compared without letter case, and never in part', async () => {
  const user = person({ businessUnit: 'DE' })
  await v2.store(user)
  for (const bu of ['DE', 'de', 'dE']) {
    const reply = await v2.getByEmail(user.email.toUpperCase(), bu)
    expect(fieldsOf(reply)).toMatchObject({ id: user.id, businessUnit: 'DE', email: user.email })
  }
  expectEmpty(await v2.getByEmail(user.email, 'AT'), 404)
  expectEmpty(await v2.getByEmail(user.email.slice(1), 'DE'), 404)
  expectEmpty(await v2.getByEmail(user.email.slice(0, -1), 'DE'), 404)
  expectEmpty(await v2.getByEmail(`%${user.email.slice(1)}`, 'DE'), 404)
  expectEmpty(await v2.getByEmail(user.email.replace(/./, '_'), 'DE'), 404)
})

it('C19: where the workspace lists no business units they are stored as written and compared without letter case', async () => {
  const user = person({ businessUnit: 'Shop Süd' })
  await otherV2.store(user)
  expect(fieldsOf(await otherV2.getByEmail(user.email, 'shop SÜD'))).toMatchObject({
    id: user.id,
    businessUnit: 'Shop Süd',
  })
})

it('C20: without business unit, in any form, the one user with this e-mail, else the one without unit, else 404', async () => {
  const { email } = person()
  const forms = ['', '/', '/bu', '/bu/'].map((end) => `/users/email/${email}${end}`)
  const found = () =>
    Promise.all(
      forms.map(async (path) => {
        const reply = await v2.call('GET', path)
        return reply.status === 200 ? fieldsOf(reply).id : reply.status
      }),
    )
  const [inDe, inAt, inNone] = [unique('de'), unique('at'), unique('none')]
  expect(await found()).toEqual(forms.map(() => 404))
  await v2.store({ id: inDe, email, businessUnit: 'DE' })
  expect(await found()).toEqual(forms.map(() => inDe))
  await v2.store({ id: inAt, email, businessUnit: 'AT' })
  expect(await found()).toEqual(forms.map(() => 404))
  await v2.store({ id: inNone, email })
  expect(await found()).toEqual(forms.map(() => inNone))
})

it('C21: what is no e-mail, an empty one, and a business unit that the workspace does not have are 404', async () => {
  const user = person({ businessUnit: 'DE' })
  await v2.store(user)
  for (const path of [
    '/users/email/nonsense',
    '/users/email/%20',
    '/users/email/',
    '/users/email//bu/DE',
    `/users/email/${user.email}/bu/FR`,
    `/users/email/${user.email}/bu/%00`,
    `/users/email/%20${user.email}`,
    `/users/email/${'a'.repeat(300)}@example.com`,
  ]) {
    expectEmpty(await v2.call('GET', path), 404)
  }
})
