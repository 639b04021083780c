import { isUtf8 } from 'node:buffer'
import { parseWithDigits } from '../parse-with-digits.ts'

export type JsonBody =
  | { readonly value: unknown; readonly fault?: never }
  | { readonly value?: never; readonly fault: 'not-json' }

/** Nothing that anybody means is nested deeper. */
const deepestNesting = 1000
/** A shorter body cannot be nested deeper than that and be closed again. */
const checkedFromBytes = 2 * deepestNesting

/**
 * Parses a request body: UTF-8, with or without a byte-order mark. Of a name given twice in an object the last
 * one counts, and a name such as `__proto__` is an own property like any other. Never throws.
 *
 * @param keepsDigits the names of integers that are given as the text of their digits where a number does not hold them
 *   exactly: rounded, two ids of which it is one would be the same
 */
export function parseJsonBody(body: Buffer, keepsDigits?: (name: string) => boolean): JsonBody {
  // Decoding would silently replace what is not UTF-8.
  if (!isUtf8(body)) return { fault: 'not-json' }
  if (body.length > checkedFromBytes && isNestedTooDeeply(body)) return { fault: 'not-json' }
  try {
    const text = body.toString('utf8', startsWithByteOrderMark(body) ? 3 : 0)
    if (!keepsDigits || !mayHoldLongInteger.test(text)) return { value: JSON.parse(text) }
    return { value: parseWithDigits(text, (name, isExact) => !isExact && keepsDigits(name)) }
  } catch {
    return { fault: 'not-json' }
  }
}

/** Up to 15 digits are always held exactly. A text that looks like it costs time, and nothing else. */
const mayHoldLongInteger = /[[,:]\s*-?\d{16}/

function startsWithByteOrderMark(body: Buffer): boolean {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf
}

const quote = 0x22
const backslash = 0x5c

/**
 * A body that is nothing but brackets would keep the parser busy for seconds and take a gigabyte, while every
 * other request waits; from some 10,000 on PostgreSQL refuses to store it. Counting brackets outside of texts costs a
 * tenth of parsing.
 */
function isNestedTooDeeply(body: Buffer): boolean {
  let depth = 0
  for (let at = 0; at < body.length; at++) {
    const byte = body[at]
    if (byte === quote) {
      at = endOfText(body, at)
    } else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > deepestNesting) return true
    } else if (byte === 0x5d || byte === 0x7d) depth--
  }
  return false
}

/** The place of the quote that ends the text beginning at `start`: the first that no odd run of backslashes precedes. */
function endOfText(body: Buffer, start: number): number {
  for (let end = body.indexOf(quote, start + 1); end !== -1; end = body.indexOf(quote, end + 1)) {
    let backslashes = 0
    while (body[end - 1 - backslashes] === backslash) backslashes++
    if (backslashes % 2 === 0) return end
  }
  return body.length
}
