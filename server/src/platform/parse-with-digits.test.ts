import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseWithDigits } from './parse-with-digits.ts'

test('whole numbers of the name come as their digits, at any depth, and all else as it is', () => {
  const json =
    '{"id":9007199254740993,"in":[{"id":-12}],"other":9007199254740993,"not":{"id":1.5},"e":{"id":1e21}}'
  expect(parseWithDigits(json, (name) => name === 'id')).toEqual({
    id: '9007199254740993',
    in: [{ id: '-12' }],
    other: Number('9007199254740993'),
    not: { id: 1.5 },
    e: { id: 1e21 },
  })
  fc.assert(
    fc.property(fc.bigInt(), (id) => {
      expect(parseWithDigits(`{"id":${id}}`, (name) => name === 'id')).toEqual({ id: String(id) })
    }),
  )
})

test('those that a number shows by other digits can be told apart, also where it holds them exactly', () => {
  const isLong = (_name: string, isExact: boolean) => !isExact
  // 2^53, 2^53 + 1, 2^70 (of which a number shows an exponent), zero below zero.
  const json = '[9007199254740992,9007199254740993,1180591620717411303424,-0]'
  expect(parseWithDigits(json, isLong)).toEqual([
    9_007_199_254_740_992,
    '9007199254740993',
    '1180591620717411303424',
    -0,
  ])
})
