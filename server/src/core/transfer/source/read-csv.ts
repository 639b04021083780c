import { type Line, maxLineBytes, readLines } from './read-lines.ts'
import type { Place, RowFault, SourceRow } from './source-row.ts'
import { type OpenRow, splitCsvRow } from './split-csv-row.ts'

type CellRow = SourceRow<readonly string[]>

/**
 * Reads CSV row by row. Its own reader, and not a package's, for three things an import of hundreds of millions
 * of rows stands on: the exact place behind each row, so that reading can go on there; which rows are not UTF-8;
 * and that a broken row costs that row alone. Where a quote is never closed only the line with that quote is at
 * fault, and the lines after it are read as rows of their own.
 *
 * Rows of empty cells only, which spreadsheets leave at the end, count as blank lines.
 */
export async function* readCsv(
  chunks: AsyncIterable<Buffer>,
  delimiter: string,
  from: Place,
): AsyncGenerator<readonly CellRow[]> {
  let unread: readonly Line[] = []
  for await (const lines of readLines(chunks, from)) {
    const taken = takeRows([...unread, ...lines], delimiter, { isEnd: false })
    unread = taken.rest
    yield taken.rows
  }
  yield takeRows(unread, delimiter, { isEnd: true }).rows
}

/** The rows that these lines make; `rest` are the lines of the last one, if it may go on. */
function takeRows(
  lines: readonly Line[],
  delimiter: string,
  { isEnd }: { isEnd: boolean },
): { rows: readonly CellRow[]; rest: readonly Line[] } {
  const rows: CellRow[] = []
  let index = 0
  for (let first = lines[index]; first; first = lines[index]) {
    const row = splitFrom(lines, index, delimiter)
    if (row === 'goes-on' && !isEnd) return { rows, rest: lines.slice(index) }
    const lineCount = row === 'goes-on' || 'code' in row ? 1 : row.lineCount
    index += lineCount
    const last = lines[index - 1] ?? first
    const placed = { line: first.number, end: { bytes: last.endBytes, lines: last.number } }
    if (row === 'goes-on') rows.push({ ...placed, fault: { code: 'quote-not-closed' } })
    else if ('code' in row) rows.push({ ...placed, fault: row })
    else if (row.cells.some((cell) => cell !== '')) rows.push({ ...placed, content: row.cells })
  }
  return { rows, rest: [] }
}

/**
 * The row that begins with a line. A quoted cell may hold line breaks, so it takes as many lines as it needs, but no more
 * than a line may have bytes: an opening quote too many would else swallow the rest of the file.
 */
function splitFrom(
  lines: readonly Line[],
  index: number,
  delimiter: string,
): { cells: readonly string[]; lineCount: number } | RowFault | 'goes-on' {
  let open: OpenRow | undefined
  let length = 0
  for (let lineCount = 1; ; lineCount++) {
    const line = lines[index + lineCount - 1]
    if (!line) return 'goes-on'
    if (line.fault === 'line-too-long') return { code: line.fault, limitBytes: maxLineBytes }
    if (line.fault) return { code: line.fault }
    length += line.text.length + 1
    const end = line.text.endsWith('\r') ? '\r' : ''
    const split = splitCsvRow(line.text.slice(0, line.text.length - end.length), delimiter, open)
    if (split === 'text-after-quote') return { code: split }
    if (!('open' in split)) return { cells: split, lineCount }
    if (length > maxLineBytes) return { code: 'quote-not-closed' }
    open = { cells: split.cells, open: `${split.open}${end}\n` }
  }
}
