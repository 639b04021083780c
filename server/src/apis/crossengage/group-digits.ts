const grouped = new Intl.NumberFormat('en-US')

/** A count as errors write it: `16,384`. */
export function groupDigits(count: number): string {
  return grouped.format(count)
}
