import { endOfText } from './end-of-text.ts'

/** A whole number that may be beyond what a number of JavaScript holds exactly: up to 15 digits always are. */
const longInteger = /(?<![^ \t\n\r,:[])-?[1-9]\d{15,}(?=[ \t\n\r,\]}]|$)/g

/**
 * The JSON in which whole numbers that JavaScript would round stand as texts of their digits. Numbers are looked for,
 * and nothing else is called back for: a reviver is called for every value, which for ten megabytes of short ones takes
 * seconds in which nobody else is answered.
 *
 * @param json what `JSON.parse` takes: of anything else this may make JSON
 */
export function quoteLongIntegers(json: string): string {
  const pieces: string[] = []
  let copied = 0
  let quote = json.indexOf('"')
  let found = nextInteger(json, 0)
  while (found) {
    const [digits] = found
    if (quote !== -1 && quote < found.index) {
      const end = endOfText(json, quote)
      if (end > found.index) found = nextInteger(json, end)
      quote = json.indexOf('"', end + 1)
    } else {
      const end = found.index + digits.length
      if (String(Number(digits)) !== digits) {
        pieces.push(json.slice(copied, found.index), '"', digits, '"')
        copied = end
      }
      found = nextInteger(json, end)
    }
  }
  return pieces.length === 0 ? json : [...pieces, json.slice(copied)].join('')
}

function nextInteger(json: string, from: number): RegExpExecArray | null {
  longInteger.lastIndex = from
  return longInteger.exec(json)
}
