/**
 * The calculation of L107 a second time, in whole numbers alone, by which the answers of the server are checked: money
 * in cents, rates as fractions.
 */
interface Rate {
  readonly over: bigint
  readonly under: bigint
}

export interface MathItem {
  readonly cents: bigint
  readonly loyaltyOff: boolean
}

export type MathBenefit = { readonly cents: bigint } | { readonly percent: Rate }

export interface MathBill {
  readonly items: readonly MathItem[]
  readonly benefits: readonly MathBenefit[]
  readonly creditPoints: bigint
  /** Cents that a point pays. */
  readonly pointCents: bigint
  readonly pointsPerUnit: Rate
  readonly multiplier: Rate
}

export interface MathResult {
  readonly discounts: readonly bigint[]
  readonly left: bigint
  readonly paidByPoints: bigint
  readonly earned: bigint
}

export function calculate(bill: MathBill): MathResult {
  const base = bill.items.reduce((total, { cents, loyaltyOff }) => (loyaltyOff ? total : total + cents), 0n)
  let left = base > 0n ? base : 0n
  const discounts: bigint[] = []
  for (const benefit of bill.benefits) {
    const wanted =
      'cents' in benefit ? benefit.cents : halfUp(left * benefit.percent.over, benefit.percent.under * 100n)
    const discount = wanted < left ? wanted : left
    discounts.push(discount)
    left -= discount
  }
  const worth = bill.creditPoints * bill.pointCents
  const paidByPoints = worth < left ? worth : left
  const { pointsPerUnit: rate, multiplier } = bill
  const earned =
    ((left - paidByPoints) * rate.over * multiplier.over) / (100n * rate.under * multiplier.under)
  return { discounts, left, paidByPoints, earned }
}

/** Of what is not below 0. */
function halfUp(over: bigint, under: bigint): bigint {
  return (2n * over + under) / (2n * under)
}

/** Cents as the wire has them. */
export function money(cents: bigint): number {
  return Number(cents) / 100
}
