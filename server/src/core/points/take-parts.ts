import type { Hundredths } from '../amounts/hundredths.ts'

export interface Part<Holder> {
  readonly from: Holder
  readonly amount: Hundredths
}

/**
 * Takes an amount from those that have something, in their order: lots in the order of spending (L122), debts in that
 * of settling.
 *
 * @returns the parts, none of them 0, and how much there was not
 */
export function takeParts<Holder extends { readonly remaining: Hundredths }>(
  holders: readonly Holder[],
  amount: Hundredths,
): { readonly parts: readonly Part<Holder>[]; readonly missing: Hundredths } {
  const parts: Part<Holder>[] = []
  let missing = amount
  for (const from of holders) {
    const part = Math.min(from.remaining, missing)
    if (part > 0) parts.push({ from, amount: part })
    missing -= part
  }
  return { parts, missing }
}
