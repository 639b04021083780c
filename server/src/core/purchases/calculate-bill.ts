import { type Hundredths, parseHundredths, percentOf, timesUpTo, wholeTimes } from '../amounts/hundredths.ts'
import { isAmount } from '../points/begin-booking.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import type { Benefit, Bill } from './bill.ts'

export interface BillTerms {
  /** In the order in which they count. */
  readonly benefits: readonly Benefit[]
  /** Points that pay. */
  readonly creditPoints: Hundredths
  /** Of the status held before the purchase; undefined: nobody's bill, which earns nothing. */
  readonly multiplier: number | undefined
}

export interface CalculatedBill {
  /** What each benefit takes off, in their order. */
  readonly discounts: readonly Hundredths[]
  /** What is left to pay after them. */
  readonly left: Hundredths
  /** What the points pay of that. */
  readonly paidByPoints: Hundredths
  readonly earned: Hundredths
}

/** The one calculation of a bill, for the question and for the purchase (L107). Money is rounded after each step. */
export function calculateBill(
  settings: Workspace['settings'],
  bill: Pick<Bill, 'items' | 'currency' | 'paymentType'>,
  { benefits, creditPoints, multiplier }: BillTerms,
): CalculatedBill {
  let left = baseOf(bill.items)
  const discounts = benefits.map((benefit) => {
    const discount = benefit.charged ?? discountOf(benefit, bill.currency, left)
    left = Math.max(0, left - discount)
    return discount
  })
  const { pointValue } = settings.loyalty
  const paidByPoints = pointValue ? timesUpTo(creditPoints, pointValue.amount, left) : 0
  const rate = earningOf(settings, bill)
  const earns = rate !== undefined && multiplier !== undefined
  return {
    discounts,
    left,
    paidByPoints,
    earned: earns ? wholeTimes(left - paidByPoints, rate, multiplier) : 0,
  }
}

/** Points for each unit of what is paid, before the status's multiplier; undefined: the bill earns nothing (L107). */
export function earningOf(
  { loyalty: { earning } }: Workspace['settings'],
  { currency, paymentType }: Pick<Bill, 'currency' | 'paymentType'>,
): number | undefined {
  return earning?.unit === currency && paymentType !== 'D' ? earning.pointsPerUnit : undefined
}

/**
 * Whether all that the bill can come to is counted exactly, whoever's it is: the amounts of its items, and what it earns
 * in the best status. `calculateBill` is for bills of which this is true.
 */
export function isCountable(
  settings: Workspace['settings'],
  bill: Pick<Bill, 'items' | 'currency' | 'paymentType'>,
): boolean {
  const sum = bill.items.reduce((total, { paidAmount }) => total + Math.abs(paidAmount), 0)
  const multipliers = settings.loyalty.statuses.map(({ multiplier }) => multiplier)
  const mostEarned = Math.ceil(sum * (earningOf(settings, bill) ?? 0) * Math.max(1, ...multipliers))
  return isAmount(sum, 0) && isAmount(mostEarned, 0)
}

/** What benefits and points may pay of, and what earns: returned goods count against bought ones, and no further. */
function baseOf(items: Bill['items']): Hundredths {
  const sum = items.reduce((total, item) => (item.loyaltyOff ? total : total + item.paidAmount), 0)
  return Math.max(0, sum)
}

/** A value in another currency is worth nothing here: nobody knows the rate. */
function discountOf({ worth }: Benefit, currency: string, left: Hundredths): Hundredths {
  if (worth.percent !== undefined) return Math.min(percentOf(left, worth.percent), left)
  if (worth.value === undefined || worth.currency !== currency) return 0
  return Math.min(parseHundredths(worth.value) ?? 0, left)
}
