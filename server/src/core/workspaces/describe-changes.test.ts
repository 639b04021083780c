import { expect, test } from 'vitest'
import { describeChanges } from './describe-changes.ts'

test('values that are equal differ in nothing', () => {
  const settings = { a: [1, { b: null }], c: { d: 'e' } }
  expect(describeChanges(settings, structuredClone(settings))).toEqual([])
})

test('a line says what was added, taken away or changed, and where', () => {
  const before = { kept: 1, gone: 'x', customerData: { partialBatchStatus: 400 } }
  const after = { kept: 1, currency: 'EUR', customerData: { partialBatchStatus: 202 } }
  expect(describeChanges(before, after)).toEqual([
    '- gone',
    '~ customerData.partialBatchStatus: 400 → 202',
    '+ currency: "EUR"',
  ])
})

test('members of a list are known by what names them, so one that is put in front changes no other', () => {
  const before = { rewards: [{ id: 'one', stock: 1 }] }
  const after = {
    rewards: [
      { id: 'two', stock: 5 },
      { id: 'one', stock: 2 },
    ],
  }
  expect(describeChanges(before, after)).toEqual(['~ rewards[one].stock: 1 → 2', '+ rewards[two]'])
})

test('lists of plain values are compared place by place, and a list is not an object', () => {
  expect(describeChanges({ units: ['DE', 'AT'] }, { units: ['DE', 'CZ', 'AT'] })).toEqual([
    '~ units[1]: "AT" → "CZ"',
    '+ units[2]: "AT"',
  ])
  expect(describeChanges({ a: [] }, { a: {} })).toEqual(['~ a: [] → {}'])
})
