const prague = 'Europe/Prague'

/** The local day of acme, `YYYY-MM-DD`. */
export function today(): string {
  return Temporal.Now.plainDateISO(prague).toString()
}

export function yesterday(): string {
  return Temporal.Now.plainDateISO(prague).subtract({ days: 1 }).toString()
}

/** The local time of acme, as L47 writes it. */
export function localNow(): string {
  return localTime(Temporal.Now.instant())
}

/** The local time of acme so many seconds from now. */
export function localIn(seconds: number): string {
  return localTime(Temporal.Now.instant().add({ seconds }))
}

/** The last second of the day so many days later. */
export function endOfDayAfter(day: string, days: number): string {
  return `${Temporal.PlainDate.from(day).add({ days })} 23:59:59`
}

/** The last second of the day so many months later. */
export function endOfDayMonthsAfter(day: string, months: number): string {
  return `${Temporal.PlainDate.from(day).add({ months })} 23:59:59`
}

function localTime(instant: Temporal.Instant): string {
  return instant
    .toZonedDateTimeISO(prague)
    .toPlainDateTime()
    .toString({ smallestUnit: 'second' })
    .replace('T', ' ')
}
