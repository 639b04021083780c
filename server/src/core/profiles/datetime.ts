const dateShape = /^\d{4}-\d\d-\d\d$/
const datetimeShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?$/
const endOfDate = 10
const endOfMinutes = 16
const endOfSeconds = 19

/**
 * Reads a datetime of crossengage section 5. A date alone is given back as it came; a date with a time is given
 * back in UTC, as `YYYY-MM-DDThh:mm:ssZ`, with `.mmm` where the milliseconds are not 0 (further digits are cut
 * off). A time without zone is UTC. `undefined`: not of this form, or no such moment: 30 February, hour 24,
 * second 60, an offset of 24 hours, a year outside 0001 to 9999 before or after the change to UTC.
 */
export function normaliseDatetime(text: string): string | undefined {
  if (text.length !== endOfDate) return normaliseTimestamp(text)
  return dateShape.test(text) && isCalendarDate(text) ? text : undefined
}

/** The same for a moment: a date without time is refused (C65). */
export function normaliseTimestamp(text: string): string | undefined {
  if (!datetimeShape.test(text) || !isCalendarDate(text)) return undefined
  const hasSeconds = text[endOfMinutes] === ':'
  const seconds = hasSeconds ? digits(text, 17, endOfSeconds) : 0
  if (digits(text, 11, 13) > 23 || digits(text, 14, 16) > 59 || seconds > 59) return undefined
  // The form that most clients send, and the one in which everything is given back.
  if (text.length === endOfSeconds + 1 && text.endsWith('Z')) return text
  return inUtc(text, hasSeconds)
}

/** Takes a checked date and time whose offset, if any, is not checked yet. */
function inUtc(text: string, hasSeconds: boolean): string | undefined {
  const zone = startOfZone(text, hasSeconds ? endOfSeconds : endOfMinutes)
  const offsetMinutes = readOffset(text, zone)
  if (offsetMinutes === undefined) return undefined
  const milliseconds = hasSeconds ? text.slice(endOfSeconds + 1, Math.min(zone, endOfSeconds + 4)) : ''
  const local = `${text.slice(0, hasSeconds ? endOfSeconds : endOfMinutes)}${hasSeconds ? '' : ':00'}`
  const instant = Date.parse(`${local}.${milliseconds.padEnd(3, '0')}Z`) - offsetMinutes * 60_000
  const utc = new Date(instant).toISOString()
  // Years beyond 9999 come out in another form, years before 0001 are none.
  if (utc.length !== 24 || utc.startsWith('0000')) return undefined
  return utc.endsWith('.000Z') ? `${utc.slice(0, endOfSeconds)}Z` : utc
}

function startOfZone(text: string, from: number): number {
  for (let index = from; index < text.length; index += 1) {
    const character = text[index]
    if (character === 'Z' || character === '+' || character === '-') return index
  }
  return text.length
}

/** Minutes east of UTC of `Z`, `±hh`, `±hhmm`, `±hh:mm` or nothing. */
function readOffset(text: string, start: number): number | undefined {
  if (start === text.length || text[start] === 'Z') return 0
  const hours = digits(text, start + 1, start + 3)
  const minutes = text.length > start + 3 ? digits(text, text.length - 2, text.length) : 0
  if (hours > 23 || minutes > 59) return undefined
  return (text[start] === '-' ? -1 : 1) * (hours * 60 + minutes)
}

function isCalendarDate(text: string): boolean {
  const year = digits(text, 0, 4)
  const day = digits(text, 8, 10)
  return year >= 1 && day >= 1 && day <= daysInMonth(year, digits(text, 5, 7))
}

/** 0 for a month that does not exist. */
function daysInMonth(year: number, month: number): number {
  if (month < 1 || month > 12) return 0
  if (month === 2) return isLeapYear(year) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

/** The number that the digits of the text from `start` to before `end` write. */
function digits(text: string, start: number, end: number): number {
  let number = 0
  for (let index = start; index < end; index += 1) number = number * 10 + text.charCodeAt(index) - 48
  return number
}
