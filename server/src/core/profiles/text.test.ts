import fc from 'fast-check'
import { expect, test } from 'vitest'
import { holdsInvalidCharacter, isLargerThan, isLongerThan } from './text.ts'

const texts = fc.string({ unit: fc.constantFrom('a', 'ü', '€', '😀'), maxLength: 40 })
const limits = fc.integer({ min: 0, max: 50 })

test('characters are code points', () => {
  expect(isLongerThan('😀😀', 2)).toBe(false)
  expect(isLongerThan('😀😀', 1)).toBe(true)
  fc.assert(
    fc.property(texts, limits, (text, limit) => isLongerThan(text, limit) === [...text].length > limit),
  )
})

test('bytes are those of UTF-8', () => {
  expect(isLargerThan('€', 3)).toBe(false)
  expect(isLargerThan('€', 2)).toBe(true)
  fc.assert(
    fc.property(
      texts,
      limits,
      (text, limit) => isLargerThan(text, limit) === Buffer.byteLength(text) > limit,
    ),
  )
})

test('U+0000 and half a surrogate pair cannot be stored, other control characters and pairs can (S36)', () => {
  for (const text of ['a\0', '\ud83d', '\ude00\ud83d']) expect(holdsInvalidCharacter(text)).toBe(true)
  for (const text of ['', '\u0001\u007f', '😀', '\ufffe']) expect(holdsInvalidCharacter(text)).toBe(false)
})
