import { isUtf8 } from 'node:buffer'
import { parseWithDigits } from '../parse-with-digits.ts'
import { endOfText } from './end-of-text.ts'
import { quoteLongIntegers } from './quote-long-integers.ts'

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
 * @param keepsDigits the names of integers, or all of them, that are given as the text of their digits where a number
 *   does not hold them exactly: rounded, two ids of which it is one would be the same
 */
export function parseJsonBody(body: Buffer, keepsDigits?: 'all' | ((name: string) => boolean)): JsonBody {
  // Decoding would silently replace what is not UTF-8.
  if (!isUtf8(body)) return { fault: 'not-json' }
  const text = body.toString('utf8', startsWithByteOrderMark(body) ? 3 : 0)
  if (body.length > checkedFromBytes && isNestedTooDeeply(text)) return { fault: 'not-json' }
  try {
    return { value: parse(text, keepsDigits) }
  } catch {
    return { fault: 'not-json' }
  }
}

function parse(text: string, keepsDigits: Parameters<typeof parseJsonBody>[1]): unknown {
  if (!keepsDigits || !mayHoldLongInteger.test(text)) return JSON.parse(text)
  if (keepsDigits !== 'all') return parseWithDigits(text, (name, isExact) => !isExact && keepsDigits(name))
  const value: unknown = JSON.parse(text)
  const quoted = quoteLongIntegers(text)
  return quoted === text ? value : JSON.parse(quoted)
}

/** Up to 15 digits are always held exactly. A text that looks like it costs time, and nothing else. */
const mayHoldLongInteger = /(^|[[,:])\s*-?\d{16}/

function startsWithByteOrderMark(body: Buffer): boolean {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf
}

const signs = { quote: 0x22, openList: 0x5b, closeList: 0x5d, openObject: 0x7b, closeObject: 0x7d } as const

/**
 * A body that is nothing but brackets would keep the parser busy for seconds and take a gigabyte, while every
 * other request waits; from some 10,000 on PostgreSQL refuses to store it. Counting brackets outside of texts costs a
 * tenth of parsing.
 */
function isNestedTooDeeply(text: string): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const sign = text.charCodeAt(at)
    if (sign === signs.quote) {
      at = endOfText(text, at)
    } else if (sign === signs.openList || sign === signs.openObject) {
      if (++depth > deepestNesting) return true
    } else if (sign === signs.closeList || sign === signs.closeObject) depth--
  }
  return false
}
