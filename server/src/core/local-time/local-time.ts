import { offsetAt } from './offset-at.ts'

/**
 * A date and time of day as clocks of a time zone show it, `YYYY-MM-DDTHH:MM:SS`, with or without fraction, as an
 * instant. A time that the clock skips or repeats is read with the offset that held before the change (L47).
 * Undefined: there is no such date or time of day.
 */
export function instantOfLocal(text: string, timeZone: string): Date | undefined {
  try {
    const local = Temporal.PlainDateTime.from(text, { overflow: 'reject' })
    return toDate(local.toZonedDateTime(timeZone, { disambiguation: 'compatible' }))
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** The local time of an instant, `YYYY-MM-DD HH:MM:SS`; fractions of the second are dropped (L47). */
export function localTimeOf(instant: Date, timeZone: string): string {
  const instantMs = instant.getTime()
  const shown = new Date(instantMs + offsetAt(instantMs, timeZone)).toISOString()
  return shown.slice(0, -'.000Z'.length).replace('T', ' ')
}

/** The local day of an instant, `YYYY-MM-DD`. */
export function localDayOf(instant: Date, timeZone: string): string {
  return zoned(instant, timeZone).toPlainDate().toString()
}

/** The first instant of a local day, `YYYY-MM-DD`. Not midnight everywhere: some clocks skip it. */
export function startOfLocalDay(day: string, timeZone: string): Date {
  return toDate(Temporal.PlainDate.from(day).toZonedDateTime(timeZone))
}

/** The last whole second of a local day, `YYYY-MM-DD`. */
export function endOfLocalDay(day: string, timeZone: string): Date {
  const next = Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime(timeZone)
  return toDate(next.subtract({ seconds: 1 }))
}

/** The end of the local day so many days after the one in which the instant lies; 0: the end of that day (S28). */
export function endOfLocalDayAfter(instant: Date, days: number, timeZone: string): Date {
  return endOfLocalDay(zoned(instant, timeZone).toPlainDate().add({ days }).toString(), timeZone)
}

/** The end of the local day so many months after the one in which the instant lies (L104). */
export function endOfLocalDayMonthsAfter(instant: Date, months: number, timeZone: string): Date {
  return endOfLocalDay(zoned(instant, timeZone).toPlainDate().add({ months }).toString(), timeZone)
}

function zoned(instant: Date, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone)
}

function toDate(moment: Temporal.ZonedDateTime): Date {
  return new Date(moment.epochMilliseconds)
}

/** The same local time of day so many months before. */
export function localMonthsBefore(instant: Date, months: number, timeZone: string): Date {
  return toDate(zoned(instant, timeZone).subtract({ months }))
}
