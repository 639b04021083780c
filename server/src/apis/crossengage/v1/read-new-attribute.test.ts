import { expect, test } from 'vitest'
import { readNewAttribute } from './read-new-attribute.ts'

test.each([
  [
    { name: 'traits.a', attributeType: 'STRING' },
    { name: 'a', type: 'string' },
  ],
  [
    { name: 'traits.a', attributeType: 'STRING', nestedType: 'TEXT', parentName: null },
    { name: 'a', type: 'string' },
  ],
  [
    { name: 'traits.a', attributeType: 'ARRAY', nestedType: 'OBJECT' },
    { name: 'a', type: 'array', items: 'object' },
  ],
  [
    { name: 'age', attributeType: 'INTEGER', parentName: 'traits.children' },
    { name: 'age', type: 'integer', parentName: 'children' },
  ],
])('C51, C54: %j is an attribute', (body, attribute) => {
  expect(readNewAttribute(body)).toEqual({ attribute })
})

test.each([
  [{ attributeType: 'STRING' }, /^Invalid attribute name "null"/],
  [{ name: 'a', attributeType: 'STRING' }, /^Invalid attribute name "a": it must be "traits\." and/],
  [{ name: 'traits.a_int', attributeType: 'STRING' }, /^Invalid attribute name "traits\.a_int"/],
  [
    { name: 'traits.a', attributeType: 'STRING', parentName: 'traits.b' },
    /^Invalid attribute name "traits\.a": it must be 1/,
  ],
  [{ name: 'a', attributeType: 'STRING', parentName: 'b' }, /^Parent attribute "b"/],
  [{ name: 'a', attributeType: 'OBJECT', parentName: 'traits.b' }, /must not be of type OBJECT$/],
  [
    { name: 'a', attributeType: 'ARRAY', nestedType: 'STRING', parentName: 'traits.b' },
    /must not be of type ARRAY$/,
  ],
  [{ name: 'traits.a' }, /"attributeType"$/],
  [{ name: 'traits.a', attributeType: 'ARRAY', nestedType: null }, /"nestedType"$/],
  [{ name: 'traits.a', attributeType: 'ARRAY', nestedType: 'ARRAY' }, /must not be ARRAY$/],
  [
    { name: 'traits.a', attributeType: 'Text' },
    /^No enum constant com\.crossengage\.attribute\.AttributeType\.Text$/,
  ],
  [{ name: 'traits.a', attributeType: 'ARRAY', nestedType: '' }, /^No enum constant .*AttributeType\.$/],
])('C52, C53: %j is refused', (body, message) => {
  expect(readNewAttribute(body).refusal).toMatch(message)
})
