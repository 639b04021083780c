import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  formatHundredths,
  parseHundredths,
  percentOf,
  times,
  timesUpTo,
  wholeTimes,
  wholeUnitsIn,
} from './hundredths.ts'

const enough = Number.MAX_SAFE_INTEGER

test.each([
  [700.5, 70050],
  ['700.50', 70050],
  [21.499999999999996, 2150],
  ['1.005', 101],
  [1.005, 101],
  ['-1.005', -101],
  ['0.004', 0],
  ['.5', 50],
  [' 7. ', 700],
  [1e-7, 0],
  ['1.5e2', 15000],
  ['90071992547409.91', Number.MAX_SAFE_INTEGER],
])('%s is %i hundredths: rounded half up as it is written (L51)', (sent, hundredths) => {
  expect(parseHundredths(sent)).toBe(hundredths)
})

test.each([
  '',
  ' ',
  '.',
  'a',
  '1,5',
  '1 000',
  '0x10',
  '--1',
  'NaN',
  Number.NaN,
  Number.POSITIVE_INFINITY,
  null,
  undefined,
  true,
  [],
  '90071992547409.92',
  '1e999',
  '1e-1000',
  `0.${'9'.repeat(2000)}`,
])('%s is no amount', (sent) => {
  expect(parseHundredths(sent)).toBeUndefined()
})

test('what was formatted is read as the same', () => {
  const amounts = fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 })
  fc.assert(
    fc.property(amounts, (amount) => {
      expect(parseHundredths(formatHundredths(amount))).toBe(amount)
      expect(parseHundredths(String(formatHundredths(amount)))).toBe(amount)
    }),
  )
})

test('rates of six places are multiplied exactly and rounded once (L51, L107)', () => {
  expect(times(105, 0.1)).toBe(11)
  expect(times(-105, 0.1)).toBe(-11)
  expect(times(10_000, 1.1, 1.1)).toBe(12_100)
  expect(percentOf(1005, 10)).toBe(101)
  expect(percentOf(9999, 33.33)).toBe(3333)
  expect(wholeTimes(2500, 1, 1)).toBe(2500)
  expect(wholeTimes(6999, 1, 1.5)).toBe(10_400)
  expect(wholeTimes(100, 0.1, 10)).toBe(100)
  expect(wholeTimes(290, 100)).toBe(29_000)
  expect(wholeTimes(-150, 1)).toBe(-200)
  expect(wholeUnitsIn(2500, 0.05, enough)).toBe(50_000)
  expect(wholeUnitsIn(2499, 0.1, enough)).toBe(24_900)
  expect(() => times(1, Number.NaN)).toThrow(RangeError)
})

test('what is too large to be counted is cut at what it may be at most, and is no error (L109)', () => {
  const amount = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
  const rate = fc.integer({ min: 1, max: 1_000_000_000_000 }).map((millionths) => millionths / 1_000_000)
  fc.assert(
    fc.property(amount, rate, amount, (some, factor, most) => {
      const product = BigInt(some) * BigInt(Math.round(factor * 1_000_000))
      const rounded = (product * 2n + 1_000_000n) / 2_000_000n
      expect(BigInt(timesUpTo(some, factor, most))).toBe(rounded < BigInt(most) ? rounded : BigInt(most))
      expect(wholeUnitsIn(some, factor, most)).toBeLessThanOrEqual(most)
    }),
  )
  expect(wholeUnitsIn(Number.MAX_SAFE_INTEGER, 0.000001, 700)).toBe(700)
})

test('points that an amount pays for never cost more than it', () => {
  const rates = fc.integer({ min: 1, max: 10_000_000 }).map((millionths) => millionths / 1_000_000)
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100_000_000 }), rates, (amount, rate) => {
      const whole = wholeUnitsIn(amount, rate, enough)
      expect(whole % 100).toBe(0)
      expect(BigInt(whole) * BigInt(Math.round(rate * 1_000_000))).toBeLessThanOrEqual(
        BigInt(amount) * 1_000_000n,
      )
    }),
  )
})
