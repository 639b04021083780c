import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Workspace } from '../workspaces/workspace.ts'
import type { Benefit, BillItem } from './bill.ts'
import { calculateBill, isCountable } from './calculate-bill.ts'

type Settings = Workspace['settings']

function settings(loyalty: Partial<Settings['loyalty']> = {}): Settings {
  return {
    loyalty: {
      earning: { pointsPerUnit: 1, unit: 'EUR' },
      pointValue: { amount: 0.05, currency: 'EUR' },
      ...loyalty,
    },
  } as Settings
}

function item(paidAmount: number, loyaltyOff = false): BillItem {
  return {
    itemId: '1',
    paidAmount,
    price: paidAmount,
    quantity: 1000,
    loyaltyOff,
    vatRate: null,
    productCode: null,
    productName: null,
    categoryCode: null,
    typeId: null,
  }
}

const worth = (value: number): Benefit => ({
  worth: { kind: 'coupon', value, currency: 'EUR' },
  charged: undefined,
})
const off = (percent: number): Benefit => ({ worth: { kind: 'discount', percent }, charged: undefined })
const bill = (items: readonly BillItem[]) => ({ items, currency: 'EUR', paymentType: 'S' as const })

test('a voucher, then points, then what is left earns: the numbers of the contract (L107, L109)', () => {
  const terms = { benefits: [worth(10)], creditPoints: 50_000, multiplier: 1 }
  expect(calculateBill(settings(), bill([item(6000)]), terms)).toEqual({
    discounts: [1000],
    left: 5000,
    paidByPoints: 2500,
    earned: 2500,
  })
})

test('benefits count in their order, each from what is left, and give no more than that (L107)', () => {
  const discounts = (benefits: readonly Benefit[]) =>
    calculateBill(settings(), bill([item(2000)]), { benefits, creditPoints: 0, multiplier: 1 }).discounts
  expect(discounts([worth(10), off(10)])).toEqual([1000, 100])
  expect(discounts([off(10), worth(10)])).toEqual([200, 1000])
  expect(discounts([worth(15), worth(15), off(50)])).toEqual([1500, 500, 0])
  expect(discounts([{ worth: { kind: 'freebie' }, charged: undefined }])).toEqual([0])
  expect(discounts([{ worth: { kind: 'coupon', value: 10, currency: 'CZK' }, charged: undefined }])).toEqual([
    0,
  ])
})

test('what the till charged for a voucher stands (L111)', () => {
  const charged = { ...worth(10), charged: 333 }
  const terms = { benefits: [charged, off(50)], creditPoints: 0, multiplier: 1 }
  expect(calculateBill(settings(), bill([item(1000)]), terms)).toMatchObject({
    discounts: [333, 334],
    left: 333,
  })
})

test('earned points are whole, rounded down once, by the status held before (L51, L107)', () => {
  const earned = (amount: number, multiplier: number) =>
    calculateBill(settings(), bill([item(amount)]), { benefits: [], creditPoints: 0, multiplier }).earned
  expect(earned(6099, 1.5)).toBe(9100)
  expect(earned(99, 1)).toBe(0)
  expect(earned(67, 1.5)).toBe(100)
})

test('nothing is earned by a debt, by nobody, in another currency, or where nothing earns (L107)', () => {
  const terms = { benefits: [], creditPoints: 0, multiplier: 1 }
  const items = [item(6000)]
  expect(calculateBill(settings(), { ...bill(items), paymentType: 'D' }, terms).earned).toBe(0)
  expect(calculateBill(settings(), { ...bill(items), currency: 'CZK' }, terms).earned).toBe(0)
  expect(calculateBill(settings(), bill(items), { ...terms, multiplier: undefined }).earned).toBe(0)
  const { earning: _, ...noEarning } = settings().loyalty
  expect(calculateBill({ ...settings(), loyalty: noEarning }, bill(items), terms).earned).toBe(0)
})

test('items without loyalty count for nothing, and returned goods take the base no lower than 0 (L107)', () => {
  const of = (items: readonly BillItem[]) =>
    calculateBill(settings(), bill(items), { benefits: [off(10)], creditPoints: 0, multiplier: 1 })
  expect(of([item(1000), item(5000, true)])).toMatchObject({ discounts: [100], earned: 900 })
  expect(of([item(1000), item(-5000)])).toMatchObject({ discounts: [0], left: 0, earned: 0 })
})

test('points beyond all that a bill comes to pay what is left, and are counted no further (L107)', () => {
  const terms = { benefits: [], creditPoints: Number.MAX_SAFE_INTEGER, multiplier: 1 }
  const dear = settings({ pointValue: { amount: 1000, currency: 'EUR' } })
  expect(calculateBill(dear, bill([item(6000)]), terms)).toMatchObject({ paidByPoints: 6000, earned: 0 })
})

test('a bill is countable while its items and what they earn in the best status are exact (L51, L107)', () => {
  const statuses = [{ multiplier: 1 }, { multiplier: 2.5 }] as Settings['loyalty']['statuses']
  const countable = (items: readonly BillItem[], pointsPerUnit = 1) =>
    isCountable(settings({ statuses, earning: { pointsPerUnit, unit: 'EUR' } }), bill(items))
  expect(countable([item(6000), item(-1000)])).toBe(true)
  expect(countable([item(4_000_000_000_000)])).toBe(true)
  expect(countable([item(4_000_000_000_001)])).toBe(false)
  expect(countable([item(6000)], 1_000_000)).toBe(true)
  expect(countable([item(6_000_000)], 1_000_000)).toBe(false)
  expect(countable([item(Number.MAX_SAFE_INTEGER), item(-Number.MAX_SAFE_INTEGER)], 0.000001)).toBe(false)
  expect(countable([])).toBe(true)
})

test('whatever is bought with whatever benefits: nothing is negative, and no cent is given twice (L107)', () => {
  const benefit = fc.oneof(
    fc.integer({ min: 0, max: 100_000 }).map((cents) => worth(cents / 100)),
    fc.integer({ min: 0, max: 10_000 }).map((share) => off(share / 100)),
  )
  fc.assert(
    fc.property(
      fc.array(
        fc.integer({ min: -10_000, max: 100_000 }).map((amount) => item(amount)),
        { maxLength: 6 },
      ),
      fc.array(benefit, { maxLength: 4 }),
      fc.integer({ min: 0, max: 10_000_000 }),
      fc.constantFrom(1, 1.5, 2, 0.333),
      (items, benefits, creditPoints, multiplier) => {
        const base = Math.max(
          0,
          items.reduce((sum, { paidAmount }) => sum + paidAmount, 0),
        )
        const result = calculateBill(settings(), bill(items), { benefits, creditPoints, multiplier })
        const given = result.discounts.reduce((sum, discount) => sum + discount, 0)
        expect(given + result.left).toBe(base)
        expect(result.paidByPoints).toBeLessThanOrEqual(result.left)
        for (const amount of [...result.discounts, result.left, result.paidByPoints, result.earned]) {
          expect(amount).toBeGreaterThanOrEqual(0)
          expect(Number.isSafeInteger(amount)).toBe(true)
        }
        expect(result.earned % 100).toBe(0)
      },
    ),
  )
})
