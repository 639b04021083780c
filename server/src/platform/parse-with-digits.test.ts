import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseWithDigits } from './parse-with-digits.ts'

test('whole numbers of the name come as their digits, at any depth, and all else as it is', () => {
  const json =
    '{"id":9007199254740993,"in":[{"id":-12}],"other":9007199254740993,"not":{"id":1.5},"e":{"id":1e21}}'
  expect(parseWithDigits(json, 'id')).toEqual({
    id: '9007199254740993',
    in: [{ id: '-12' }],
    other: Number('9007199254740993'),
    not: { id: 1.5 },
    e: { id: 1e21 },
  })
  fc.assert(
    fc.property(fc.bigInt(), (id) => {
      expect(parseWithDigits(`{"id":${id}}`, 'id')).toEqual({ id: String(id) })
    }),
  )
})
