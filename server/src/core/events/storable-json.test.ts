import fc from 'fast-check'
import { expect, test } from 'vitest'
import { storableJson } from './storable-json.ts'

const unit = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\0', '\ud800', '\udfff', '\\u0000', '\\'),
)
const text = fc.array(unit).map((parts) => parts.join(''))

test('no value brings U+0000 or half a surrogate pair to a table (S36)', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), text, text, (value, name, inner) => {
      const stored = storableJson({ value, [name]: [inner] })
      const wellFormed = JSON.stringify(JSON.parse(stored), (_, leaf) =>
        typeof leaf === 'string' && (leaf.includes('\0') || !leaf.isWellFormed()) ? expect.fail(leaf) : leaf,
      )
      expect(wellFormed).not.toMatch(/(?<!\\)(\\\\)*\\u0000/)
    }),
  )
})

test('what a table can hold stays as it is, a written-out escape too', () => {
  for (const value of [{ a: '\\u0000' }, ['é', '😀', 1, null, true], { 'k.x': {} }]) {
    expect(JSON.parse(storableJson(value))).toEqual(value)
  }
  expect(JSON.parse(storableJson({ 'a\0': 'b\ud800c' }))).toEqual({ 'a\uFFFD': 'b\uFFFDc' })
})
