import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseJsonBody } from './parse-json-body.ts'

describe('a body is JSON in UTF-8', () => {
  test.each([
    ['{"a":"ü😀"}', { a: 'ü😀' }],
    ['{"a":"\\u00fc"}', { a: 'ü' }],
    ['\ufeff{"a":1}', { a: 1 }],
    [' [1] ', [1]],
    ['null', null],
    ['{"a":1,"b":2,"a":3}', { a: 3, b: 2 }],
  ])('%j is read', (text, value) => expect(parseJsonBody(Buffer.from(text))).toEqual({ value }))

  test.each(['', '\ufeff', '\ufeff\ufeff{}', '{', '{a:1}', "{'a':1}", '[1,]', '{} {}', 'NaN', '"a\nb"'])(
    '%j is not',
    (text) => expect(parseJsonBody(Buffer.from(text))).toEqual({ fault: 'not-json' }),
  )

  test.each([
    [[0x22, 0xff, 0x22]],
    [[0x22, 0xc3, 0x22]],
    [[0x22, 0xed, 0xa0, 0x80, 0x22]],
    [[0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
  ])('the bytes %j are not UTF-8', (bytes) =>
    expect(parseJsonBody(Buffer.from(bytes))).toEqual({ fault: 'not-json' }),
  )
})

test('__proto__ is an own property and changes no prototype', () => {
  const { value } = parseJsonBody(Buffer.from('{"__proto__":{"admin":true}}'))
  expect(Object.keys(Object(value))).toEqual(['__proto__'])
  expect(Object(value).admin).toBeUndefined()
})

test('nothing that is sent makes it throw, whatever the depth', () => {
  expect(parseJsonBody(Buffer.from('['.repeat(200_000)))).toEqual({ fault: 'not-json' })
  expect(parseJsonBody(Buffer.from('['.repeat(200_000) + ']'.repeat(200_000)))).toEqual({ fault: 'not-json' })
  expect(parseJsonBody(Buffer.from('['.repeat(1001) + ']'.repeat(1001)))).toEqual({ fault: 'not-json' })
  expect(parseJsonBody(Buffer.from('['.repeat(1000) + ']'.repeat(1000)))).not.toHaveProperty('fault')
  const brackets = `"\\"${'['.repeat(200_000)}"`
  expect(parseJsonBody(Buffer.from(brackets))).toEqual({ value: JSON.parse(brackets) })
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      parseJsonBody(Buffer.from(bytes))
    }),
  )
})

test('every JSON value is read as it was written', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const text = JSON.stringify(value)
      expect(parseJsonBody(Buffer.from(text)).value).toEqual(JSON.parse(text))
    }),
  )
})

test('an integer that a number would round is the text of its digits, where that is asked for; any other stays one', () => {
  const text =
    '{"a":9007199254740993,"b":[-12345678901234567890],"c":9007199254740992,"d":1.5e300,"e":"9007199254740993"}'
  const read = parseJsonBody(Buffer.from(text), () => true)
  expect(read.value).toEqual({
    a: '9007199254740993',
    b: ['-12345678901234567890'],
    c: 9_007_199_254_740_992,
    d: 1.5e300,
    e: '9007199254740993',
  })
  const endless = '9'.repeat(400)
  expect(parseJsonBody(Buffer.from(`{"a":${endless}}`), () => true).value).toEqual({
    a: endless,
  })
  expect(parseJsonBody(Buffer.from('{"a":9007199254740993}')).value).toEqual({ a: 9_007_199_254_740_992 })
})
