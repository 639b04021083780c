import { describe, expect, test } from 'vitest'
import { compileAttributeSchema } from '../../core/profiles/attribute-schema.ts'
import { listBusinessUnits } from '../../core/profiles/business-unit.ts'
import { readProfileInput } from '../../core/profiles/read-profile-input.ts'
import { inputRules } from './input-rules.ts'
import { presentFaultV2 } from './profile-errors-v2.ts'

const attributes = compileAttributeSchema([
  { id: 1, name: 'firstName', type: 'string' },
  { id: 2, name: 'mobile', type: 'string', format: 'phone' },
  { id: 3, name: 'age', type: 'integer' },
  { id: 4, name: 'score', type: 'float' },
  { id: 5, name: 'newsletter', type: 'boolean' },
  { id: 6, name: 'birthday', type: 'datetime' },
  { id: 7, name: 'favouriteColors', type: 'array', items: 'string' },
  {
    id: 8,
    name: 'children',
    type: 'array',
    items: 'object',
    fields: [
      { id: 9, name: 'name', type: 'string' },
      { id: 10, name: 'age', type: 'integer' },
    ],
  },
  { id: 11, name: 'car', type: 'object', fields: [{ id: 12, name: 'seats', type: 'integer' }] },
])
const rules = inputRules('v2-users', { attributes, businessUnits: listBusinessUnits(['DE', 'AT']) })

function errorsOf(fields: object, prefix = '') {
  const { faults = [] } = readProfileInput({ id: '1', email: 'a@example.com', ...fields }, rules)
  return faults.map((fault) => presentFaultV2(fault, prefix))
}

const email = 'The email address must be in the addr-spec format as defined in RFC 5322'
const invalidField = 'Invalid field value, or missing a required field'

describe('every fault of a user has its code, details and pointer (section 4)', () => {
  test.each([
    [{ id: null }, '2', `${invalidField} "id"`, '/id'],
    [{ id: '' }, '2', `${invalidField} "id"`, '/id'],
    [{ id: 5 }, '2', `${invalidField} "id"`, '/id'],
    [{ id: 'x'.repeat(256) }, '2', `${invalidField} "id": longer than 255 characters`, '/id'],
    [{ id: '\0' }, '2', `${invalidField} "id": invalid character`, '/id'],
    [{ email: undefined }, '2', `${invalidField} "email"`, '/email'],
    [{ email: null }, '2', `${invalidField} "email"`, '/email'],
    [{ email: '' }, '2', `${invalidField} "email"`, '/email'],
    [{ email: {} }, '2', `${invalidField} "email"`, '/email'],
    [{ email: '\ud800@b' }, '2', `${invalidField} "email": invalid character`, '/email'],
    [{ xngId: 5 }, '2', `${invalidField} "xngId"`, '/xngId'],
    [{ firstName: 'a\0' }, '2', `${invalidField} "firstName": invalid character`, '/firstName'],
    [
      { favouriteColors: ['x', 'x'.repeat(16_385)] },
      '2',
      `${invalidField} "favouriteColors": longer than 16,384 bytes`,
      '/favouriteColors/1',
    ],
    [
      { children: [{ name: '\udc00' }] },
      '2',
      `${invalidField} "children.name": invalid character`,
      '/children/0/name',
    ],
    [
      { children: Array.from({ length: 1_001 }, () => ({})) },
      '2',
      `${invalidField} "children": more than 1,000 objects`,
      '/children',
    ],
    [
      { favouriteColors: Array.from({ length: 70 }, () => 'x'.repeat(16_000)) },
      '2',
      `${invalidField} "user": larger than 1,048,576 bytes`,
      '',
    ],
    [{ firstName: 5 }, '3', 'Invalid type for attribute "firstName", expected STRING', '/firstName'],
    [{ age: 'x' }, '3', 'Invalid type for attribute "age", expected INTEGER', '/age'],
    [{ score: 'x' }, '3', 'Invalid type for attribute "score", expected FLOAT', '/score'],
    [{ newsletter: 1 }, '3', 'Invalid type for attribute "newsletter", expected BOOLEAN', '/newsletter'],
    [{ birthday: 'x' }, '3', 'Invalid type for attribute "birthday", expected DATETIME', '/birthday'],
    [{ car: [] }, '3', 'Invalid type for attribute "car", expected OBJECT', '/car'],
    [{ children: {} }, '3', 'Invalid type for attribute "children", expected ARRAY', '/children'],
    [{ children: [null] }, '3', 'Invalid type for attribute "children", expected OBJECT', '/children/0'],
    [
      { favouriteColors: ['red', 5] },
      '3',
      'Invalid type for attribute "favouriteColors", expected STRING',
      '/favouriteColors/1',
    ],
    [
      { children: [{ age: 'x' }] },
      '3',
      'Invalid type for attribute "children.age", expected INTEGER',
      '/children/0/age',
    ],
    [{ email: 'nonsense' }, '4', `Invalid email "nonsense". ${email}`, '/email'],
    [{ email: 'x'.repeat(300) }, '4', `Invalid email "${'x'.repeat(254)}…". ${email}`, '/email'],
    [
      { mobile: '0170' },
      '5',
      'Invalid phone "0170". The phone number must be in the E.164 format',
      '/mobile',
    ],
    [{ lastname: 'x' }, '6', 'Attribute "lastname" does not exist', '/lastname'],
    [{ lastname: null }, '6', 'Attribute "lastname" does not exist', '/lastname'],
    [{ 'traits.firstName': 'x' }, '6', 'Attribute "traits.firstName" does not exist', '/traits.firstName'],
    [{ 'a/b~c': 1 }, '6', 'Attribute "a/b~c" does not exist', '/a~1b~0c'],
    [{ externalId: '1' }, '6', 'Attribute "externalId" does not exist', '/externalId'],
    [{ children: [{ height: 1 }] }, '6', 'Attribute "children.height" does not exist', '/children/0/height'],
    [{ businessUnit: 'FR' }, '8', 'Invalid business unit "FR"', '/businessUnit'],
    [{ businessUnit: { a: 1 } }, '8', 'Invalid business unit "{"a":1}"', '/businessUnit'],
  ])('%.60j: code %s, %.60s at %s', (fields, code, details, pointer) => {
    const inBatch = errorsOf(fields, '/updated/3')
    expect(errorsOf(fields)).toMatchObject([{ code, details, source: { pointer } }])
    expect(inBatch).toMatchObject([{ code, details, source: { pointer: `/updated/3${pointer}` } }])
  })
})

test('an error has these five names', () => {
  expect(errorsOf({ lastname: 'x' })).toEqual([
    {
      code: '6',
      title: 'Unknown Attribute',
      details: 'Attribute "lastname" does not exist',
      info: 'https://docs.crossengage.io/errors#6',
      source: { pointer: '/lastname' },
    },
  ])
})

test('titles are those of the table', () => {
  const wrong = { id: null, age: 'x', email: 'x', mobile: 'x', lastname: 1, businessUnit: 'x' }
  expect(Object.fromEntries(errorsOf(wrong).map(({ code, title }) => [code, title]))).toEqual({
    '2': 'Invalid Field',
    '3': 'Invalid Attribute Type',
    '4': 'Invalid Email Format',
    '5': 'Invalid Phone Format',
    '6': 'Unknown Attribute',
    '8': 'Invalid Business Unit Format',
  })
})
