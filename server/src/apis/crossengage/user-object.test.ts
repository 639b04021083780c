import { expect, test } from 'vitest'
import { userObjectJson } from './user-object.ts'

const xngId = '123e4567-e89b-12d3-a456-426655440000'

test('a user object is flat and holds attributes beside the fields (section 3)', () => {
  const json = userObjectJson({
    id: xngId,
    customerId: 'a "7"',
    email: 'ü@example.com',
    businessUnit: 'DE',
    attributesJson: '{"firstName": "John", "children": [{"age": 4}]}',
  })
  expect(JSON.parse(json)).toEqual({
    id: 'a "7"',
    xngId,
    email: 'ü@example.com',
    businessUnit: 'DE',
    firstName: 'John',
    children: [{ age: 4 }],
  })
})

test('a field that has no value is left out', () => {
  const lead = { id: xngId, customerId: null, email: null, businessUnit: null }
  expect(userObjectJson({ ...lead, attributesJson: '{}' })).toBe(`{"xngId":"${xngId}"}`)
  expect(
    JSON.parse(userObjectJson({ ...lead, businessUnit: '', attributesJson: '{"a": 1}' })),
  ).not.toHaveProperty('businessUnit')
})
