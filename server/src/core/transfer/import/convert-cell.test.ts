import { expect, test } from 'vitest'
import type { AttributeDefinition } from '../../profiles/attribute-schema.ts'
import { compileAttributeSchema } from '../../profiles/attribute-schema.ts'
import { cellReader } from './convert-cell.ts'

function read(definition: Omit<AttributeDefinition, 'id' | 'name'>, text: string): unknown {
  const rule = compileAttributeSchema([{ id: 1, name: 'x', ...definition }]).get('x')
  return rule && cellReader(rule)(text)
}

test.each([
  ['integer', '42', 42],
  ['integer', ' -7 ', -7],
  ['float', '12.50', 12.5],
  ['float', '-1e3', -1000],
  ['boolean', 'TRUE', true],
  ['boolean', 'yes', true],
  ['boolean', '1', true],
  ['boolean', 'No', false],
  ['boolean', '0', false],
  ['datetime', '2026-05-31', '2026-05-31'],
  ['string', ' 007 ', ' 007 '],
] as const)('a cell of type %s that holds %j is %j', (type, text, value) => {
  expect(read({ type }, text)).toBe(value)
})

test.each([
  ['integer', '4.2'],
  ['integer', '0x10'],
  ['float', '12,5'],
  ['float', 'NaN'],
  ['float', '1 000'],
  ['boolean', 'maybe'],
] as const)('a cell of type %s that holds %j stays text, for its rule to refuse', (type, text) => {
  expect(read({ type }, text)).toBe(text)
})

test('arrays of scalars are JSON, or values between bars of the type of their items', () => {
  expect(read({ type: 'array', items: 'string' }, 'red|blue')).toEqual(['red', 'blue'])
  expect(read({ type: 'array', items: 'string' }, '["a|b"]')).toEqual(['a|b'])
  expect(read({ type: 'array', items: 'integer' }, '1|2')).toEqual([1, 2])
  expect(read({ type: 'array', items: 'string' }, '[red')).toBe('[red')
})

test('objects and arrays of objects are JSON', () => {
  const fields = [{ id: 2, name: 'age', type: 'integer' }] as const
  expect(read({ type: 'object', fields }, '{"age":3}')).toEqual({ age: 3 })
  expect(read({ type: 'array', items: 'object', fields }, '[{"age":3}]')).toEqual([{ age: 3 }])
  expect(read({ type: 'object', fields }, 'age 3')).toBe('age 3')
})
