import { expect, test } from 'vitest'
import { compileAttributeSchema } from '../../profiles/attribute-schema.ts'
import { listBusinessUnits } from '../../profiles/business-unit.ts'
import type { JsonObject } from '../../profiles/json-object.ts'
import { startOfSource } from '../source/source-row.ts'
import { createRowReader } from './read-row.ts'

const attributes = compileAttributeSchema([
  { id: 1, name: 'age', type: 'integer' },
  { id: 2, name: 'mobile', type: 'string', format: 'phone' },
  {
    id: 3,
    name: 'children',
    type: 'array',
    items: 'object',
    fields: [{ id: 4, name: 'age', type: 'integer' }],
  },
])
const businessUnits = listBusinessUnits(['CZ', 'DE'])
const reader = createRowReader({ attributes, businessUnits }, new Map([['E-mail', 'email']]))

function read(content: JsonObject) {
  return reader.read({ line: 5, end: startOfSource, content })
}

test('a row with an id is a user, one with an e-mail alone a lead', () => {
  expect(read({ id: '1', age: 3 })).toEqual({ kind: 'upsert', customer: '1', set: { age: 3 }, at: '5' })
  expect(read({ id: null, email: 'A@b.example', businessUnit: 'cz', age: null })).toEqual({
    kind: 'upsert',
    email: 'A@b.example',
    email_key: 'a@b.example',
    unit: 'CZ',
    set: {},
    clear: ['age'],
    at: '5',
  })
})

test('every fault of a row is told, in words, by the name the file has for it', () => {
  expect(
    read({
      id: '1',
      email: 'nobody',
      businessUnit: 'FR',
      age: 'old',
      mobile: '123',
      children: [{ age: 1 }, { age: 'x' }],
    }),
  ).toEqual([
    { line: 5, field: 'E-mail', reason: 'is not an e-mail address', value: 'nobody' },
    { line: 5, field: 'businessUnit', reason: "is none of the workspace's business units", value: 'FR' },
    { line: 5, field: 'age', reason: 'is not a whole number', value: 'old' },
    {
      line: 5,
      field: 'mobile',
      reason: 'is not a phone number with country code, such as +420221634695',
      value: '123',
    },
    { line: 5, field: 'children[2].age', reason: 'is not a whole number', value: 'x' },
  ])
})

test('a row with neither id nor e-mail is refused', () => {
  expect(read({ age: 3 })).toEqual([
    { line: 5, field: 'E-mail', reason: 'the row has neither an id nor an e-mail address', value: '' },
  ])
})

test('an attribute may be called profileId: the profile’s own id has another name then', () => {
  const beside = compileAttributeSchema([{ id: 1, name: 'profileId', type: 'string' }])
  const { read } = createRowReader({ attributes: beside, businessUnits }, new Map())
  const content = { id: '1', profileId: 'theirs', 'tessera:profileId': 'ours' }
  expect(read({ line: 5, end: startOfSource, content })).toEqual({
    kind: 'upsert',
    customer: '1',
    profile: 'ours',
    set: { profileId: 'theirs' },
    at: '5',
  })
})
