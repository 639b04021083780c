import { instantOfLocal, localDayOf, localTimeOf } from '../../../core/local-time/local-time.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'
import { fault, type Reader } from './reader.ts'
import { textOf } from './scalars.ts'

/** Which moment of it a day without a time is. */
type DayAs = 'start' | 'end'

/** A date-time as L47 takes it, as an instant. `dayAs: 'end'` for fields and filters that end in `_to`. */
export function dateTime({ dayAs = 'start' as DayAs } = {}): Reader<Date> {
  return {
    schema: { type: 'string', examples: ['2026-03-10 09:00:00'] },
    read: (value, place, reading) =>
      dateTimeOf(textOf(value) ?? '', reading.workspace.settings.timeZone, dayAs) ??
      fault(reading, place, 'invalid_value_format', value, 'must be a time such as 2026-03-10 09:00:00'),
  }
}

/** Times are written and answered in whole seconds: what ends or lies in the one that is named does so to its end. */
export function wholeSecond(time: Date): Date {
  return new Date(time.getTime() + 999)
}

/** A date as L47 takes it, as `YYYY-MM-DD`. */
export const date: Reader<string> = {
  schema: { type: 'string', format: 'date' },
  read: (value, place, reading) =>
    dateOf(textOf(value) ?? '', reading.workspace.settings.timeZone) ??
    fault(reading, place, 'invalid_value_format', value, 'must be a date such as 2026-03-10'),
}

/** An instant as it is answered: local, without zone (L47). */
export function presentTime(instant: Date, workspace: Workspace): string
export function presentTime(instant: Date | null, workspace: Workspace): string | null
export function presentTime(instant: Date | null, workspace: Workspace): string | null {
  return instant === null ? null : localTimeOf(instant, workspace.settings.timeZone)
}

interface Parts {
  /** `YYYY-MM-DD`. */
  readonly day: string
  /** `HH:MM:SS`. */
  readonly time: string | undefined
  readonly offset: string | undefined
}

const form =
  /^(?:(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)|(?<d>\d\d?)\.(?<m>\d\d?)\.(?<y>\d{4}))(?:(?:T|t| +)(?<time>\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?(?<offset>Z|z|[+-]\d\d(?::?\d\d)?)?)?$/

function partsOf(text: string): Parts | undefined {
  const found = form.exec(text.trim())?.groups
  if (!found) return undefined
  const { year, month, day, d = '', m = '', y, time, offset } = found
  const written =
    year === undefined ? `${y}-${m.padStart(2, '0')}-${d.padStart(2, '0')}` : `${year}-${month}-${day}`
  return { day: written, time: time?.length === 5 ? `${time}:00` : time, offset }
}

/** Undefined: not of a form of L47, or no such moment. */
export function dateTimeOf(text: string, timeZone: string, dayAs: DayAs): Date | undefined {
  const parts = partsOf(text)
  if (!parts) return undefined
  const time = parts.time ?? (dayAs === 'end' ? '23:59:59' : '00:00:00')
  // Temporal reads the second 60 as 59, and the year 0 is one to it.
  if (time.endsWith(':60') || parts.day.startsWith('0000')) return undefined
  const local = `${parts.day}T${time}`
  const instant =
    parts.offset === undefined ? instantOfLocal(local, timeZone) : instantAtOffset(local, parts.offset)
  return instant && heldByCalendar(instant, timeZone)
}

function instantAtOffset(local: string, offset: string): Date | undefined {
  const asUtc = instantOfLocal(local, 'UTC')
  const offsetMinutes = minutesOf(offset)
  return asUtc && offsetMinutes !== undefined ? new Date(asUtc.getTime() - offsetMinutes * 60_000) : undefined
}

const firstMs = Date.parse('0001-01-01T00:00:00Z')
const lastMs = Date.parse('9999-12-31T23:59:59Z')

/**
 * The years 1 to 9999 are all that a text of L47 can say, and that a table and JSON write alike. Clients mean "never"
 * by their first and last moment, so one whose local time is beyond them in UTC is moved to the edge by those hours;
 * one that an offset takes out of the local calendar is no moment.
 */
function heldByCalendar(instant: Date, timeZone: string): Date | undefined {
  const held = new Date(Math.min(Math.max(instant.getTime(), firstMs), lastMs))
  return /^(?!0000)\d{4}-/.test(localDayOf(held, timeZone)) ? held : undefined
}

/** A date-time's time is dropped: the day is the local one where it has an offset, else the one that is written. */
export function dateOf(text: string, timeZone: string): string | undefined {
  const parts = partsOf(text)
  const instant = parts && dateTimeOf(text, timeZone, 'start')
  if (!parts || !instant) return undefined
  return parts.offset === undefined ? parts.day : localDayOf(instant, timeZone)
}

function minutesOf(offset: string): number | undefined {
  if (/^z$/i.test(offset)) return 0
  const digits = offset.slice(1).replace(':', '')
  const hours = Number(digits.slice(0, 2))
  const minutes = Number(digits.slice(2) || 0)
  if (hours > 23 || minutes > 59) return undefined
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}
