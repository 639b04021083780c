/** A row whose last cell is quoted and goes on on the next line. */
export interface OpenRow {
  readonly cells: readonly string[]
  /** What the open cell holds so far. */
  readonly open: string
}

/**
 * The cells of one row of CSV (RFC 4180), as text, line by line. A quote inside of a cell that is not quoted is a
 * character like any other (`12" pizza`).
 *
 * @param text a line, without the line break at its end
 * @param before what the lines before it left open, their last line break included
 * @returns an `OpenRow` where the row may go on on the next line; `text-after-quote` where no continuation makes a row of it
 */
export function splitCsvRow(
  text: string,
  delimiter: string,
  before?: OpenRow,
): readonly string[] | OpenRow | 'text-after-quote' {
  if (!text.includes('"')) {
    return before ? { cells: before.cells, open: before.open + text } : text.split(delimiter)
  }
  const cells = [...(before?.cells ?? [])]
  let at = 0
  let open = before?.open
  while (true) {
    let end: number
    if (open !== undefined || text[at] === '"') {
      const quoted = readQuoted(text, open === undefined ? at + 1 : at)
      const cell = (open ?? '') + quoted.cell
      open = undefined
      if (quoted.end === undefined) return { cells, open: cell }
      cells.push(cell)
      end = quoted.end
      if (end < text.length && !text.startsWith(delimiter, end)) return 'text-after-quote'
    } else {
      const found = text.indexOf(delimiter, at)
      end = found === -1 ? text.length : found
      cells.push(text.slice(at, end))
    }
    if (end === text.length) return cells
    at = end + delimiter.length
  }
}

/** What a quoted cell holds from `start` on, and where it ends; undefined where it does not. */
function readQuoted(text: string, start: number): { cell: string; end: number | undefined } {
  let cell = ''
  let from = start
  while (true) {
    const quote = text.indexOf('"', from)
    if (quote === -1) return { cell: cell + text.slice(from), end: undefined }
    if (text[quote + 1] !== '"') return { cell: cell + text.slice(from, quote), end: quote + 1 }
    cell += text.slice(from, quote + 1)
    from = quote + 2
  }
}
