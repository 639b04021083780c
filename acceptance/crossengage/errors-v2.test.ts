import { expect, it } from 'vitest'
import { fieldsOf } from '../client.ts'
import { unique } from '../unique.ts'
import {
  badBusinessUnit,
  badEmail,
  badPhone,
  emailTaken,
  expectFaults,
  type Fault,
  invalidField,
  invalidJson,
  mismatch,
  sorted,
  tooManyUsers,
  unknownAttribute,
  wrongType,
} from './faults.ts'
import { expectEmpty, person, trackingIdIn, v2 } from './xng.ts'

it('code 1: a body that is not JSON', async () => {
  expectFaults(await v2.call('PUT', '/users', '{'), [invalidJson])
  expectFaults(await v2.call('POST', '/users/batch', '{'), [invalidJson])
})

it.each(['id', 'email'])('code 2: %s absent, null, empty or not a text', async (field) => {
  for (const value of [undefined, null, '', 5, true, [], {}]) {
    expectFaults(await v2.put({ ...person(), [field]: value }), [invalidField(`/${field}`)])
  }
})

it.each(['null', '[]', '"text"', '5', 'true'])('code 2: the body %s is JSON, but no object', async (body) => {
  expectFaults(await v2.call('PUT', '/users', body), [invalidField('', 'body')])
  expectFaults(await v2.call('POST', '/users/batch', body), [invalidField('', 'body')])
})

it('code 2: xngId neither text nor null', async () => {
  for (const xngId of [5, true, [], {}]) {
    expectFaults(await v2.put(person({ xngId })), [invalidField('/xngId')])
  }
})

it('code 2: updated or deleted neither array nor null', async () => {
  for (const value of [{}, 'x', 5, false]) {
    expectFaults(await v2.batch({ updated: value }), [invalidField('/updated')])
    expectFaults(await v2.batch({ deleted: value }), [invalidField('/deleted')])
  }
})

it('code 2: an entry that is no object', async () => {
  const reply = await v2.batch({ updated: [person(), 5, null], deleted: ['x', []] })
  expect(sorted(errorsOf(reply))).toEqual([
    invalidField('/deleted/0', 'deleted'),
    invalidField('/deleted/1', 'deleted'),
    invalidField('/updated/1', 'updated'),
    invalidField('/updated/2', 'updated'),
  ])
})

it('code 2: a name other than updated and deleted beside them', async () => {
  expectFaults(await v2.batch({ update: [] }), [invalidField('/update')])
  expectFaults(await v2.batch({ updated: [], 'a/b~c': null }), [invalidField('/a~1b~0c', 'a/b~c')])
  expectFaults(await v2.call('POST', '/users/batch', '{"updated":[],"__proto__":{"updated":[]}}'), [
    invalidField('/__proto__'),
  ])
})

it.each(['\\u0000', 'a\\ud800', '\\udc00a', '\\udc00\\ud800'])(
  'code 2: %s in id, e-mail or a text of an attribute is an invalid character',
  async (text) => {
    const reason = ': invalid character'
    const { id, email } = person()
    const write = (fields: string) => v2.call('PUT', '/users', `{${fields}}`)
    expectFaults(await write(`"id":"${id}${text}","email":"${email}"`), [invalidField('/id', 'id', reason)])
    expectFaults(await write(`"id":"${id}","email":"${text}${email}"`), [
      invalidField('/email', 'email', reason),
    ])
    const nested = `"favouriteColors":["ok","${text}"],"children":[{"name":"${text}"}],"homeAddress":{"street":"${text}"}`
    expectFaults(await write(`"id":"${id}","email":"${email}","firstName":"${text}",${nested}`), [
      invalidField('/firstName', 'firstName', reason),
      invalidField('/favouriteColors/1', 'favouriteColors', reason),
      invalidField('/children/0/name', 'children.name', reason),
      invalidField('/homeAddress/street', 'homeAddress.street', reason),
    ])
    expectEmpty(await v2.get(id), 404)
  },
)

it('code 3: a wrong type, told at the value, by the type of the element or child', async () => {
  const reply = await v2.put(
    person({
      orderCount: 1.5,
      favouriteColors: ['red', 5, 'blue', 6],
      children: [{ age: '4' }, 'x'],
      homeAddress: { main: 'yes' },
    }),
  )
  expectFaults(reply, [
    wrongType('/orderCount', 'orderCount', 'INTEGER'),
    wrongType('/favouriteColors/1', 'favouriteColors', 'STRING'),
    wrongType('/favouriteColors/3', 'favouriteColors', 'STRING'),
    wrongType('/children/0/age', 'children.age', 'INTEGER'),
    wrongType('/children/1', 'children', 'OBJECT'),
    wrongType('/homeAddress/main', 'homeAddress.main', 'BOOLEAN'),
  ])
})

it('code 4: an e-mail that is none, quoted as sent and cut after 254 characters', async () => {
  expectFaults(await v2.put({ id: unique(), email: 'nonsense "quoted"' }), [badEmail('nonsense "quoted"')])
  expectFaults(await v2.put({ id: unique(), email: 'x'.repeat(254) }), [badEmail('x'.repeat(254))])
  expectFaults(await v2.put({ id: unique(), email: 'x'.repeat(255) }), [badEmail(`${'x'.repeat(254)}…`)])
})

it('code 5: a phone that is not in the E.164 format', async () => {
  expectFaults(await v2.put(person({ mobile: '0170 1234567' })), [badPhone('/mobile', '0170 1234567')])
  expectFaults(await v2.put(person({ mobile: '1'.repeat(300) })), [
    badPhone('/mobile', `${'1'.repeat(254)}…`),
  ])
})

it('code 6: an unknown attribute, whose name is escaped in the pointer only', async () => {
  expectFaults(await v2.put(person({ lastname: 'x', 'a/b~c': 1, '': 1 })), [
    unknownAttribute('/lastname', 'lastname'),
    unknownAttribute('/a~1b~0c', 'a/b~c'),
    unknownAttribute('/', ''),
  ])
})

it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype'])(
  '2.5: the name %s is an unknown attribute like any other',
  async (name) => {
    const { id, email } = person()
    for (const value of ['null', '{}', '"x"', '{"id":"x"}']) {
      const body = `{"id":"${id}","email":"${email}","${name}":${value}}`
      expectFaults(await v2.call('PUT', '/users', body), [unknownAttribute(`/${name}`, name)])
    }
    const inherited = `{"${name}":{"id":"${id}","email":"${email}"}}`
    expectFaults(await v2.call('PUT', '/users', inherited), [
      invalidField('/id'),
      invalidField('/email'),
      unknownAttribute(`/${name}`, name),
    ])
  },
)

it('code 7: arises while a change is applied, and is told by the tracking object alone', async () => {
  const holder = person()
  await v2.store(holder)
  const plain = await v2.outcome(v2.put({ id: unique(), email: holder.email }))
  expect(plain).toMatchObject({ stage: 'PROCESSED', total: 1, success: 0, error: 1 })
  expect(plain.errors).toEqual([mismatch(0, '/email', emailTaken(holder.email, holder.id))])
  const inUnit = person({ businessUnit: 'CZ' })
  await v2.store(inUnit)
  const told = await v2.outcome(v2.put({ ...inUnit, id: unique() }))
  expect(told.errors).toEqual([mismatch(0, '/email', emailTaken(inUnit.email, inUnit.id, 'CZ'))])
})

it('code 8: a business unit that the workspace does not have, and what is not text, quoted as JSON', async () => {
  expectFaults(await v2.put(person({ businessUnit: 'FR' })), [badBusinessUnit('FR')])
  expectFaults(await v2.put(person({ businessUnit: 1.5 })), [badBusinessUnit('1.5')])
  expectFaults(await v2.put(person({ businessUnit: ['DE'] })), [badBusinessUnit('["DE"]')])
})

it('code 9: a batch of more than 1,000 users', async () => {
  expectFaults(await v2.batch({ updated: Array(5000).fill({}) }), [tooManyUsers('/updated', '5,000')])
})

it('section 4: one pointer has at most one error, and all five names are present', async () => {
  const reply = await v2.call(
    'PUT',
    '/users',
    `{"id":"${'x'.repeat(300)}\\u0000","email":"\\u0000 nonsense"}`,
  )
  const errors = errorsOf(reply)
  expect(errors.map((error) => error.source.pointer).toSorted()).toEqual(['/email', '/id'])
  for (const error of errors) {
    expect(Object.keys(error).toSorted()).toEqual(['code', 'details', 'info', 'source', 'title'])
    expect(error.info).toBe(`https://docs.crossengage.io/errors#${error.code}`)
  }
})

it('section 4: in a batch the pointers name the array and the position', async () => {
  const good = person()
  const reply = await v2.batch({
    updated: [good, { id: unique(), email: 'nonsense', firstName: 1 }, {}],
    deleted: [{ id: unique() }, {}, { id: 5 }],
  })
  expect(reply.status).toBe(400)
  expect(sorted(errorsOf(reply))).toEqual(
    sorted([
      badEmail('nonsense', '/updated/1/email'),
      wrongType('/updated/1/firstName', 'firstName', 'STRING'),
      invalidField('/updated/2/id', 'id'),
      invalidField('/updated/2/email', 'email'),
      invalidField('/deleted/1/id', 'id'),
      invalidField('/deleted/2/id', 'id'),
    ]),
  )
  const outcome = await v2.untilProcessed(trackingIdIn(reply))
  expect(outcome).toMatchObject({ total: 6, success: 2, error: 4 })
})

function errorsOf(reply: Awaited<ReturnType<typeof v2.put>>): Fault[] {
  return fieldsOf(reply).errors as Fault[]
}
