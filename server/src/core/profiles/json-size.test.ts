import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isJsonLargerThan } from './json-size.ts'

test('the size is that of the compact JSON in UTF-8, to the byte', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const bytes = Buffer.byteLength(JSON.stringify(value))
      expect(isJsonLargerThan(value, bytes)).toBe(false)
      expect(isJsonLargerThan(value, bytes - 1)).toBe(true)
    }),
  )
})

test('nesting is as deep as the sender likes', () => {
  const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000))
  expect(isJsonLargerThan(deep, 200_000)).toBe(false)
  expect(isJsonLargerThan(deep, 199_999)).toBe(true)
})
