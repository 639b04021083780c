/**
 * The cells of one row of CSV (RFC 4180), as text. A quote inside of a cell that is not quoted is a character
 * like any other (`12" pizza`).
 *
 * `quote-not-closed`: the row may go on on the next line. `text-after-quote`: no continuation makes a row of it.
 *
 * @param text without the line break at its end
 */
export function splitCsvRow(
  text: string,
  delimiter: string,
): readonly string[] | 'quote-not-closed' | 'text-after-quote' {
  if (!text.includes('"')) return text.split(delimiter)
  const cells: string[] = []
  let at = 0
  while (true) {
    let end: number
    if (text[at] === '"') {
      const quoted = readQuoted(text, at)
      if (!quoted) return 'quote-not-closed'
      cells.push(quoted.cell)
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

/** The cell whose opening quote stands at `start`, and where it ends; undefined where it does not. */
function readQuoted(text: string, start: number): { cell: string; end: number } | undefined {
  let cell = ''
  let from = start + 1
  while (true) {
    const quote = text.indexOf('"', from)
    if (quote === -1) return undefined
    if (text[quote + 1] !== '"') return { cell: cell + text.slice(from, quote), end: quote + 1 }
    cell += text.slice(from, quote + 1)
    from = quote + 2
  }
}
