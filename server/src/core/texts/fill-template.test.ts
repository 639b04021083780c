import fc from 'fast-check'
import { expect, test } from 'vitest'
import { asksFor, fillTemplate, lookUp } from './fill-template.ts'

const values: Record<string, unknown> = {
  'me.id': '7',
  link: 'https://x/y',
  n: 1.5,
  yes: true,
  o: { a: [1] },
  nil: null,
}
const value = (path: string) => values[path]

test('every text at any depth is filled, names stay as they are, dots included (E98)', () => {
  const template = {
    'me.id': '{{me.id}}',
    list: ['a {{ link }} b', 3, null, { '{{link}}': '{{link}}{{me.id}}' }],
  }
  expect(fillTemplate(template, value)).toEqual({
    'me.id': '7',
    list: ['a https://x/y b', 3, null, { '{{link}}': 'https://x/y7' }],
  })
})

test('numbers and booleans are written as text, objects as JSON, what is missing as nothing (E98)', () => {
  expect(fillTemplate('{{n}} {{yes}} {{o}} [{{nil}}{{gone}}{{}}]', value)).toBe('1.5 true {"a":[1]} []')
})

test('what is put in is never looked through again (E99)', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('{', '}', '{{', '}}', 'me.id', 'data.x', '$&', '$1', 'a')),
      (pieces) => {
        const hostile = pieces.join('')
        const filled = fillTemplate('<{{data.x}}>', (path) => (path === 'data.x' ? hostile : 'LEAK'))
        expect(filled).toBe(`<${hostile}>`)
        // Halves that stand in two places make no placeholder together.
        const twice = fillTemplate('{{data.x}}{{data.x}}', (path) => (path === 'data.x' ? hostile : 'LEAK'))
        expect(twice).toBe(hostile + hostile)
      },
    ),
  )
})

test('a template without placeholders comes back as it is (E98)', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (template) => {
      fc.pre(!JSON.stringify(template).includes('{{'))
      expect(fillTemplate(template, () => 'LEAK')).toEqual(template)
    }),
  )
})

test('a dotted key is looked up whole first, then step by step; nothing is inherited (E98)', () => {
  const data = { a: { b: 1, 'c.d': 2 }, 'a.b': 'whole', x: { y: { z: 3 } } }
  expect(lookUp(data, 'a.b')).toBe('whole')
  expect(lookUp(data, 'a.c.d')).toBe(2)
  expect(lookUp(data, 'x.y.z')).toBe(3)
  for (const path of ['toString', 'a.constructor', '__proto__', 'x.y.z.w', '']) {
    expect(lookUp(data, path)).toBeUndefined()
  }
})

test('it is known beforehand what a template asks for (E100)', () => {
  expect(asksFor({ a: ['{{ me.link }}'] }, ['me.link'])).toBe(true)
  expect(asksFor({ 'me.link': '{{me.id}}' }, ['me.link'])).toBe(false)
})
