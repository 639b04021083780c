import { expect, test } from 'vitest'
import { matchesConditions } from './match-conditions.ts'

test('numeric strings count as numbers, anything else is no number (E78)', () => {
  const large = { amount: { '>=': 10 } }
  for (const amount of [10, '10', ' 10.50 ', '1e3', '+11'])
    expect(matchesConditions(large, { amount })).toBe(true)
  for (const amount of [9.99, '9', '', 'ten', '0x20', true, null, [20], {}]) {
    expect(matchesConditions(large, { amount })).toBe(false)
  }
  expect(matchesConditions(large, {})).toBe(false)
})

test('every test of every property has to hold (E78)', () => {
  const conditions = { amount: { '>': 1, '<': 5 }, currency: { in: ['EUR', 'CZK'] }, kind: { '!=': 'test' } }
  expect(matchesConditions(conditions, { amount: 2, currency: 'EUR' })).toBe(true)
  expect(matchesConditions(conditions, { amount: 5, currency: 'EUR' })).toBe(false)
  expect(matchesConditions(conditions, { amount: 2, currency: 'USD' })).toBe(false)
  expect(matchesConditions(conditions, { amount: 2, currency: 'EUR', kind: 'test' })).toBe(false)
  expect(matchesConditions(undefined, {})).toBe(true)
})

test('equality tells texts from booleans, and a name that every object has is no property', () => {
  expect(matchesConditions({ first: { '=': true } }, { first: 'true' })).toBe(false)
  expect(matchesConditions({ first: { '=': '1' } }, { first: 1 })).toBe(true)
  expect(matchesConditions({ toString: { '=': 'x' } }, {})).toBe(false)
  expect(matchesConditions({ toString: { '!=': 'x' } }, {})).toBe(true)
})
