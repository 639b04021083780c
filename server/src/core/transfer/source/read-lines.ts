import { isUtf8 } from 'node:buffer'
import type { Place } from './source-row.ts'

export interface Line {
  /** From 1. */
  readonly number: number
  /** Bytes of the source up to the end of the line, its line break included. */
  readonly endBytes: number
  /** Without the line feed; empty where there is a fault. */
  readonly text: string
  readonly fault?: 'not-utf8' | 'line-too-long'
}

/** What a line may take in memory: four times the largest profile. */
export const maxLineBytes = 4 * 1024 * 1024
const lineFeed = 10
const byteOrderMark = '\uFEFF'

/**
 * Cuts a source into lines, with the exact place of each, so that reading can go on there another time. A byte
 * order mark at the beginning is passed over; a line that is not UTF-8 or too long has a fault and no text.
 *
 * @param from where in the source the first chunk begins
 */
export async function* readLines(
  chunks: AsyncIterable<Buffer>,
  from: Place,
): AsyncGenerator<readonly Line[]> {
  let place = from
  /** The beginning of a line whose end has not come yet; of one that is too long only the size is kept. */
  let open: { parts: Buffer[]; bytes: number } = { parts: [], bytes: 0 }

  function* linesOf(block: Buffer): Generator<Line> {
    const allValid = isUtf8(block)
    let start = 0
    while (start < block.length) {
      const found = block.indexOf(lineFeed, start)
      const end = found === -1 ? block.length : found
      const isValid = allValid || isUtf8(block.subarray(start, end))
      const text = isValid ? block.toString('utf8', start, end) : ''
      const next = found === -1 ? end : end + 1
      yield lineAfter(next - start, isValid ? { text: withoutMark(text) } : { text, fault: 'not-utf8' })
      start = next
    }
  }

  function lineAfter(bytes: number, line: Pick<Line, 'text' | 'fault'>): Line {
    place = { bytes: place.bytes + bytes, lines: place.lines + 1 }
    return { number: place.lines, endBytes: place.bytes, ...line }
  }

  function withoutMark(text: string): string {
    return place.bytes === 0 && text.startsWith(byteOrderMark) ? text.slice(1) : text
  }

  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(lineFeed) + 1
    const lines: Line[] = []
    let start = 0
    if (end > 0 && open.bytes > maxLineBytes) {
      start = chunk.indexOf(lineFeed) + 1
      lines.push(lineAfter(open.bytes + start, { text: '', fault: 'line-too-long' }))
      open = { parts: [], bytes: 0 }
    }
    if (end > start) {
      lines.push(...linesOf(Buffer.concat([...open.parts, chunk.subarray(start, end)])))
      open = { parts: [], bytes: 0 }
    }
    open.parts.push(chunk.subarray(end))
    open.bytes += chunk.length - end
    if (open.bytes > maxLineBytes) open.parts = []
    yield lines
  }
  if (open.bytes > maxLineBytes) yield [lineAfter(open.bytes, { text: '', fault: 'line-too-long' })]
  else if (open.bytes > 0) yield [...linesOf(Buffer.concat(open.parts))]
}
