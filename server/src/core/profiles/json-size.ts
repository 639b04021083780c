/**
 * Whether a JSON value, written compactly in UTF-8, takes more bytes than the limit. First adds up what it takes
 * at most; only what may be over the limit is measured. Uses no recursion: nesting is as deep as the sender likes.
 */
export function isJsonLargerThan(value: unknown, limitBytes: number): boolean {
  return exceeds(value, limitBytes, atMost) && exceeds(value, limitBytes, exactly)
}

type Measure = (scalar: unknown) => number

/** One unit of a string is at most the six bytes of `\u0000`; a number is at most 25 characters. */
const atMost: Measure = (scalar) => (typeof scalar === 'string' ? scalar.length * 6 + 2 : 25)

const exactly: Measure = (scalar) => Buffer.byteLength(JSON.stringify(scalar))

function exceeds(value: unknown, limitBytes: number, measure: Measure): boolean {
  const waiting: unknown[] = [value]
  let bytes = 0
  while (waiting.length > 0) {
    const next = waiting.pop()
    if (typeof next !== 'object' || next === null) {
      bytes += measure(next)
    } else if (Array.isArray(next)) {
      bytes += Math.max(next.length + 1, 2)
      if (bytes <= limitBytes) for (const element of next) waiting.push(element)
    } else {
      bytes += sizeOfNames(next, waiting, measure)
    }
    if (bytes > limitBytes) return true
  }
  return false
}

/** Braces, commas, colons and names of an object, whose values it hands on. */
function sizeOfNames(object: object, waiting: unknown[], measure: Measure): number {
  let bytes = 1
  for (const [name, value] of Object.entries(object)) {
    bytes += measure(name) + 2
    waiting.push(value)
  }
  return Math.max(bytes, 2)
}
