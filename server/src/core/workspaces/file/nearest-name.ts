/**
 * The candidate that `name` is most likely a slip of, or undefined when none is near: one slip in three
 * characters, at most three in all. Letter case counts as no slip; an equal name is not "near".
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.min(3, Math.max(1, Math.floor(name.length / 3)))
  let best: { candidate: string; rank: number } | undefined
  for (const candidate of candidates) {
    if (candidate === name || Math.abs(candidate.length - name.length) > limit) continue
    const slips = countSlips(name.toLowerCase(), candidate.toLowerCase())
    // Between equals, characters are more often swapped than forgotten: "=>" is ">=", not "=".
    const rank = slips + (candidate.length === name.length ? 0 : 0.5)
    if (slips <= limit && (!best || rank < best.rank)) best = { candidate, rank }
  }
  return best?.candidate
}

/** `; did you mean "rewards"?`, or nothing when no candidate is near. */
export function suggestion(name: string, candidates: Iterable<string>): string {
  const nearest = nearestName(name, candidates)
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`
}

/** Characters added, dropped, changed, or swapped with their neighbour (optimal string alignment). */
function countSlips(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)]
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    rows.push(current)
    for (let column = 1; column <= to.length; column++) {
      const changed = from[row - 1] === to[column - 1] ? 0 : 1
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      current.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + changed,
          swapped ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
  }
  return at(from.length, to.length)
}
