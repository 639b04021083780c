import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseWithDigits } from '../parse-with-digits.ts'
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

describe.each([['all'], [() => true]] as const)(
  'an integer that a number would round, asked for as %s',
  (which) => {
    const read = (text: string) => parseJsonBody(Buffer.from(text), which).value

    test('is the text of its digits; any other stays a number, and a text a text', () => {
      const text =
        '{"a":9007199254740993,"b":[-12345678901234567890],"c":9007199254740992,"d":1.5e300,"e":"9007199254740993"}'
      expect(read(text)).toEqual({
        a: '9007199254740993',
        b: ['-12345678901234567890'],
        c: 9_007_199_254_740_992,
        d: 1.5e300,
        e: '9007199254740993',
      })
      const endless = '9'.repeat(400)
      expect(read(`{"a":${endless}}`)).toEqual({ a: endless })
      expect(read('9007199254740993')).toBe('9007199254740993')
      expect(
        read(String.raw`{"\\\" 9007199254740993 ":["\",9007199254740993,", 9007199254740993 ,"\""]}`),
      ).toEqual({
        '\\" 9007199254740993 ': ['",9007199254740993,', '9007199254740993', '"'],
      })
    })

    test('makes JSON of nothing that is none', () => {
      for (const text of [
        '{9007199254740993:1}',
        '[09007199254740993]',
        '[9007199254740993 1]',
        '[9007199254740993',
        '["9007199254740993]',
        '[+9007199254740993]',
      ]) {
        expect(parseJsonBody(Buffer.from(text), which), text).toEqual({ fault: 'not-json' })
      }
    })

    test('is found wherever it stands', () => {
      const number = fc.oneof(
        fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map(String),
        fc.constant('1.5e3'),
      )
      const blank = fc.stringMatching(/^[ \n\t]{0,2}$/)
      const written = fc.letrec((tie) => ({
        value: fc.oneof(
          { maxDepth: 4 },
          number,
          fc.string().map((text) => JSON.stringify(text)),
          tie('list'),
          tie('object'),
        ),
        list: fc
          .tuple(blank, fc.array(tie('value')))
          .map(([space, all]) => `[${space}${all.join(`,${space}`)}${space}]`),
        object: fc
          .array(fc.tuple(fc.string(), blank, tie('value')))
          .map(
            (all) =>
              `{${all.map(([name, space, value]) => `${JSON.stringify(name)}:${space}${value}${space}`)}}`,
          ),
      })).value
      fc.assert(
        fc.property(written, (text) => {
          expect(read(String(text))).toEqual(parseWithDigits(String(text), (_name, isExact) => !isExact))
        }),
      )
    })
  },
)

test('an integer is a number where its digits are not asked for', () => {
  expect(parseJsonBody(Buffer.from('{"a":9007199254740993}')).value).toEqual({ a: 9_007_199_254_740_992 })
})
