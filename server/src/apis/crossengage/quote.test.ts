import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quote } from './quote.ts'

test('text is quoted as it was sent', () => {
  expect(quote('a "b" \n <c>')).toBe('"a "b" \n <c>"')
  expect(quote('')).toBe('""')
})

test('text over 254 characters is cut there', () => {
  expect(quote('x'.repeat(254))).toBe(`"${'x'.repeat(254)}"`)
  expect(quote('x'.repeat(255))).toBe(`"${'x'.repeat(254)}…"`)
  expect(quote('😀'.repeat(254))).toBe(`"${'😀'.repeat(254)}"`)
  expect(quote('😀'.repeat(255))).toBe(`"${'😀'.repeat(254)}…"`)
})

test('what is not text is quoted as JSON, cut in the same way', () => {
  expect(quote(5)).toBe('"5"')
  expect(quote({ a: [1, 'x', null], 'b"': {} })).toBe('"{"a":[1,"x",null],"b\\"":{}}"')
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value)
      const characters = Array.from(text)
      const cut = characters.length > 254 ? `${characters.slice(0, 254).join('')}…` : text
      expect(quote(value)).toBe(`"${cut}"`)
    }),
  )
})

test('a value is quoted however deep or long it is', () => {
  const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000))
  expect(quote(deep)).toBe(`"${'['.repeat(254)}…"`)
  expect(quote(['x'.repeat(1_000_000)])).toBe(`"["${'x'.repeat(252)}…"`)
})
