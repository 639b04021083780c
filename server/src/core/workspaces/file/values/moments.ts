import { type TSchemaOptions, Type } from 'typebox'
import { matchingText } from './shapes.ts'

const dateForm = /^(\d{4})-(\d{2})-(\d{2})$/
const instantForm =
  /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/

/** A day of the calendar, `YYYY-MM-DD`: a whole day in the workspace's time zone (S37). */
export const CalendarDate = Type.Refine(
  Type.String(),
  isCalendarDate,
  () => 'must be a date of the calendar, such as 2026-01-31',
)

/** A point in time; without a zone nobody could tell which. */
export const Instant = Type.Refine(
  Type.String(),
  (text) => isCalendarDate(instantForm.exec(text)?.[1] ?? ''),
  () => 'must be a time with its zone, such as 2026-01-31T00:00:00Z',
)

/** `hh:mm` of a day. */
export const TimeOfDay = matchingText(
  /^([01]\d|2[0-3]):[0-5]\d$/,
  'must be a time of day from "00:00" to "23:59", in quotes',
)

/** An IANA time zone. */
export function timeZone(options: TSchemaOptions = {}) {
  return Type.Refine(
    Type.String(options),
    isTimeZone,
    () => 'must be a time zone of the IANA list, such as Europe/Prague',
  )
}

function isCalendarDate(text: string): boolean {
  const [, year = '', month = '', day = ''] = dateForm.exec(text) ?? []
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  // An overflow such as 30 February moves to another day.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(`${text}T`)
}

function isTimeZone(name: string): boolean {
  // Offsets such as +01:00 are understood by Intl, and know no summer time.
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
