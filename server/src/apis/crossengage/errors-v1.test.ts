import { describe, expect, test } from 'vitest'
import { compileAttributeSchema } from '../../core/profiles/attribute-schema.ts'
import { listBusinessUnits } from '../../core/profiles/business-unit.ts'
import { readProfileInput } from '../../core/profiles/read-profile-input.ts'
import { entryNotObjectV1, idsMismatchV1, messageV1, presentFaultV1 } from './errors-v1.ts'
import { inputRules, type UserCall } from './input-rules.ts'

const attributes = compileAttributeSchema([
  { id: 1, name: 'firstName', type: 'string' },
  { id: 2, name: 'mobile', type: 'string', format: 'phone' },
  { id: 3, name: 'favouriteColors', type: 'array', items: 'string' },
  {
    id: 4,
    name: 'children',
    type: 'array',
    items: 'object',
    fields: [{ id: 5, name: 'age', type: 'integer' }],
  },
])

function read(call: UserCall, user: object) {
  const rules = inputRules(call, { attributes, businessUnits: listBusinessUnits(['DE']) })
  return readProfileInput({ ...user }, rules)
}

function errorsOf(call: UserCall, user: object): string[] {
  const { faults = [] } = read(call, user)
  return faults.map(presentFaultV1).map(({ field, type }) => `${field} ${type}`)
}

describe('every fault of a user has its field and type (8.1)', () => {
  test.each([
    [{ id: undefined }, 'id NOT_NULL'],
    [{ id: null }, 'id NOT_NULL'],
    [{ id: '' }, 'id NOT_NULL'],
    [{ id: 5 }, 'id WRONG_VALUE'],
    [{ id: 'x'.repeat(256) }, 'id WRONG_VALUE'],
    [{ id: '\0' }, 'id WRONG_VALUE'],
    [{ email: '' }, 'email WRONG_FORMAT'],
    [{ email: 'x' }, 'email WRONG_FORMAT'],
    [{ email: 5 }, 'email WRONG_VALUE'],
    [{ businessUnit: 'FR' }, 'businessUnit WRONG_VALUE'],
    [{ xngId: 5 }, 'xngId WRONG_VALUE'],
    [{ mobile: 'x' }, 'mobile WRONG_FORMAT'],
    [{ firstName: 5 }, 'firstName WRONG_VALUE'],
    [{ firstName: 'x'.repeat(16_385) }, 'firstName WRONG_VALUE'],
    [{ lastname: 'x' }, 'lastname UNKNOWN_VALUE'],
    [{ favouriteColors: ['red', 5] }, 'favouriteColors.1 WRONG_VALUE'],
    [{ children: [{ age: 'x' }] }, 'children.0.age WRONG_VALUE'],
    [{ children: [{ height: 1 }] }, 'children.0.height UNKNOWN_VALUE'],
    [{ children: Array.from({ length: 1_001 }, () => ({})) }, 'children WRONG_VALUE'],
    [{ favouriteColors: Array.from({ length: 70 }, () => 'x'.repeat(16_000)) }, 'user WRONG_VALUE'],
  ])('%.60j: %s', (fields, error) => {
    expect(errorsOf('v1-user', { id: '7', email: 'a@b', ...fields })).toEqual([error])
  })
})

describe('the calls of v1 take users in their own ways', () => {
  test('PUT: e-mail optional, externalId ignored, unknown nulls ignored (C44, C45, C48)', () => {
    expect(errorsOf('v1-user', { id: '7', email: null, externalId: 8, lastname: null })).toEqual([])
  })

  test('batch: the id may be called externalId (C50)', () => {
    expect(read('v1-batch', { externalId: '7' }).input?.customerId).toBe('7')
    expect(errorsOf('v1-batch', {})).toEqual(['id NOT_NULL'])
  })

  test('leads: an e-mail, and no id (C61)', () => {
    expect(errorsOf('v1-leads', { email: 'a@b', id: null })).toEqual([])
    expect(errorsOf('v1-leads', { id: '7' })).toEqual(['id WRONG_VALUE', 'email NOT_NULL'])
  })
})

test('what is no fault of one field has its shape too', () => {
  expect(entryNotObjectV1('updated')).toEqual({ field: 'updated', type: 'WRONG_VALUE' })
  expect(idsMismatchV1('email')).toEqual({ field: 'email', type: 'user_IDS_MISMATCH' })
  expect(messageV1('7f1d', 'text')).toEqual({ requestId: '7f1d', message: 'text' })
})
