import fc from 'fast-check'
import { expect, test } from 'vitest'
import { takeParts } from './take-parts.ts'

test('takes from the first that have something, and says what there was not', () => {
  const [first, empty, last] = [{ remaining: 3 }, { remaining: 0 }, { remaining: 5 }]
  expect(takeParts([first, empty, last], 4)).toEqual({
    parts: [
      { from: first, amount: 3 },
      { from: last, amount: 1 },
    ],
    missing: 0,
  })
  expect(takeParts([first], 4)).toEqual({ parts: [{ from: first, amount: 3 }], missing: 1 })
  expect(takeParts([first], 0)).toEqual({ parts: [], missing: 0 })
})

test('parts and what is missing make the amount, and no part is more than there was', () => {
  const holders = fc.array(fc.nat({ max: 50 }).map((remaining) => ({ remaining })))
  fc.assert(
    fc.property(holders, fc.nat({ max: 300 }), (from, amount) => {
      const { parts, missing } = takeParts(from, amount)
      expect(parts.reduce((sum, part) => sum + part.amount, 0) + missing).toBe(amount)
      for (const part of parts) expect(part.amount).toBeLessThanOrEqual(part.from.remaining)
    }),
  )
})
