import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normaliseDatetime, normaliseTimestamp } from './datetime.ts'

describe('a datetime is given back in UTC (crossengage 5)', () => {
  test.each([
    ['1982-08-30', '1982-08-30'],
    ['2024-02-29', '2024-02-29'],
    ['2000-02-29', '2000-02-29'],
    ['0001-01-01', '0001-01-01'],
    ['2022-12-16T09:57:01Z', '2022-12-16T09:57:01Z'],
    ['2022-12-16T09:57:01+01:00', '2022-12-16T08:57:01Z'],
    ['2022-12-16T09:57:01-0530', '2022-12-16T15:27:01Z'],
    ['2022-12-16T09:57:01+14', '2022-12-15T19:57:01Z'],
    ['2022-12-16T09:57', '2022-12-16T09:57:00Z'],
    ['2022-12-16T09:57Z', '2022-12-16T09:57:00Z'],
    ['2022-12-16T09:57-01', '2022-12-16T10:57:00Z'],
    ['2022-12-16T09:57:01', '2022-12-16T09:57:01Z'],
    ['2022-12-16T09:57:01.5', '2022-12-16T09:57:01.500Z'],
    ['2022-12-16T09:57:01.1239999+00:00', '2022-12-16T09:57:01.123Z'],
    ['2022-12-16T09:57:01.000Z', '2022-12-16T09:57:01Z'],
    ['2022-12-16T09:57:01.0009Z', '2022-12-16T09:57:01Z'],
    [`2022-12-16T09:57:01.${'9'.repeat(100_000)}Z`, '2022-12-16T09:57:01.999Z'],
    ['1969-12-31T23:59:59.9999Z', '1969-12-31T23:59:59.999Z'],
    ['2023-12-31T23:59:59-00:01', '2024-01-01T00:00:59Z'],
    ['0001-01-01T00:00:00-23:59', '0001-01-01T23:59:00Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59Z'],
  ])('%.40s comes back as %s', (text, given) => expect(normaliseDatetime(text)).toBe(given))

  test.each([
    '',
    'yesterday',
    '2022-12-16 09:57:01',
    '2022-12-16t09:57:01z',
    ' 2022-12-16',
    '2022-12-16\n',
    '2022-12-16T09:57:01Z\n',
    '2022-12-16T',
    '2022-12-16Z',
    '2022-12-16T09',
    '2022-12-16T09:57:',
    '2022-12-16T09:57.5Z',
    '2022-12-16T09:57:01.Z',
    '2022-12-16T09:57:01,5Z',
    '2022-12-16T09:57:01+1',
    '2022-12-16T09:57:01+01:0',
    '2022-12-16T09:57:01+01:00Z',
    '2022-1-6',
    '22-12-16',
    '+02022-12-16',
    '٢٠٢٢-١٢-١٦',
    '0000-01-01',
    '2022-00-10',
    '2022-13-10',
    '2022-12-00',
    '2022-12-32',
    '2022-04-31',
    '2023-02-29',
    '1900-02-29',
    '2022-02-30T00:00:00Z',
    '2022-12-16T24:00:00Z',
    '2022-12-16T09:60:00Z',
    '2016-12-31T23:59:60Z',
    '2022-12-16T09:57:01+24:00',
    '2022-12-16T09:57:01+01:60',
    '0001-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
  ])('%j is refused', (text) => expect(normaliseDatetime(text)).toBeUndefined())
})

test('a timestamp has a time (C65)', () => {
  expect(normaliseTimestamp('2022-12-16')).toBeUndefined()
  expect(normaliseTimestamp('2022-12-16T09:57:01+01:00')).toBe('2022-12-16T08:57:01Z')
})

const offset = fc
  .tuple(fc.constantFrom('+', '-'), fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(
    ([sign, hours, minutes]) =>
      `${sign}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`,
  )

test('what is given back is a fixed point and denotes the instant that was sent', () => {
  const instants = fc.date({
    min: new Date('0002-01-01T00:00:00Z'),
    max: new Date('9998-12-31T00:00:00Z'),
    noInvalidDate: true,
  })
  fc.assert(
    fc.property(instants, fc.option(offset, { nil: 'Z' }), (instant, zone) => {
      const sent = `${instant.toISOString().slice(0, -1)}${zone}`
      const given = normaliseDatetime(sent)
      expect(given).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/)
      expect(normaliseDatetime(String(given))).toBe(given)
      expect(Date.parse(String(given))).toBe(Date.parse(sent))
    }),
  )
})

test('exactly the dates of the calendar are accepted', () => {
  const number = (max: number) => fc.integer({ min: 0, max })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9999 }), number(13), number(32), (year, month, day) => {
      const text = [
        String(year).padStart(4, '0'),
        ...[month, day].map((n) => String(n).padStart(2, '0')),
      ].join('-')
      const parsed = new Date(`${text}T00:00:00Z`)
      const exists = !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text)
      expect(normaliseDatetime(text)).toBe(exists ? text : undefined)
    }),
  )
})

test('any text is judged without throwing', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'0129-T:.Z+'), maxLength: 30 }),
  )
  fc.assert(
    fc.property(texts, (text) => {
      normaliseDatetime(text)
    }),
  )
})
