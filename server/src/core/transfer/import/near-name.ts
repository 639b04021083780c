const mostEdits = 2

/** The name that was probably meant: the same letters in another spelling (`First name`), or a slip or two away. */
export function nearName(wanted: string, known: readonly string[]): string | undefined {
  const plain = plainOf(wanted)
  const same = known.find((name) => plainOf(name) === plain)
  if (same !== undefined) return same
  const ranked = known
    .map((name) => ({ name, edits: editsBetween(plain, plainOf(name)) }))
    // In a short name two letters are most of it.
    .filter(({ name, edits }) => edits <= mostEdits && edits * 3 <= name.length)
    .sort((a, b) => a.edits - b.edits)
  return ranked[0]?.name
}

function plainOf(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

/** Letters to insert, leave out, replace, or swap with their neighbour (optimal string alignment), row by row. */
function editsBetween(a: string, b: string): number {
  let beforeLast: readonly number[] = []
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const isSwap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swapped = isSwap ? at(beforeLast, j - 2) + 1 : replaced
      row.push(Math.min(replaced, swapped, at(last, j) + 1, at(row, j - 1) + 1))
    }
    beforeLast = last
    last = row
  }
  return at(last, b.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}
