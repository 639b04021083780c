import { describe, expect, test } from 'vitest'
import { listBusinessUnits, readBusinessUnit } from './business-unit.ts'

describe('where business units are listed', () => {
  const listed = listBusinessUnits(['DE', 'Österreich'])
  test.each([
    ['DE', 'DE'],
    ['de', 'DE'],
    ['ÖSTERREICH', 'Österreich'],
    ['', null],
    [null, null],
    ['FR', undefined],
    [' DE', undefined],
    ['toString', undefined],
    [5, undefined],
  ])('%j is read as %j', (sent, read) => expect(readBusinessUnit(sent, listed)).toBe(read))
})

describe('where none are listed', () => {
  test('an empty list lists none', () => expect(listBusinessUnits([])).toBeUndefined())

  const none = listBusinessUnits(undefined)
  test.each(['any text', 'x'.repeat(64), '😀'.repeat(64), '<b>', '__proto__'])('%s is one', (sent) =>
    expect(readBusinessUnit(sent, none)).toBe(sent),
  )
  test.each([' x', 'x\u00a0', ' ', 'a\tb', 'a\0', 'a\u0085b', '\ud800', 'x'.repeat(65), 5, true, [], {}])(
    '%j is none',
    (sent) => expect(readBusinessUnit(sent, none)).toBeUndefined(),
  )
  test.each([null, ''])('%j removes it', (sent) => expect(readBusinessUnit(sent, none)).toBeNull())
})
