import { expect, test } from 'vitest'
import { isAttributeName } from './attribute-name.ts'

test.each(['a', 'firstName', 'A-1_b', 'a_dates', 'x_in', 'identity', 'x'.repeat(100)])(
  'C51: %s is a bare name',
  (name) => expect(isAttributeName(name)).toBe(true),
)

test.each(['', '1x', '_x', '-x', 'a b', 'a.b', 'ü', 'a/b', 'a\n', 'x'.repeat(101)])(
  'C51: %j is malformed',
  (name) => expect(isAttributeName(name)).toBe(false),
)

test.each(['id', 'email', 'businessUnit', 'xngId', 'constructor', 'toString', 'valueOf'])(
  'C51, 2.5: %s is taken',
  (name) => expect(isAttributeName(name)).toBe(false),
)

test.each(['date', 'float', 'bool', 'string', 'nested', 'int'])('C52: no name ends in _%s', (ending) => {
  expect(isAttributeName(`x_${ending}`)).toBe(false)
})
