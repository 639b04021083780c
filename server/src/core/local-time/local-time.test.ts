import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  endOfLocalDay,
  endOfLocalDayAfter,
  endOfLocalDayMonthsAfter,
  instantOfLocal,
  localDayOf,
  localTimeOf,
  startOfLocalDay,
} from './local-time.ts'

const zones = [
  'Europe/Prague',
  'UTC',
  'America/Sao_Paulo',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'America/Havana',
]
const zone = fc.constantFrom(...zones)
const instant = fc
  .integer({ min: Date.UTC(2000, 0), max: Date.UTC(2040, 0) })
  .map((ms) => new Date(Math.floor(ms / 1000) * 1000))
const iso = (text: string, timeZone = 'Europe/Prague') => instantOfLocal(text, timeZone)?.toISOString()

test('a local time is read with the offset of its zone, a fraction is kept', () => {
  expect(iso('2026-01-10T09:00:00')).toBe('2026-01-10T08:00:00.000Z')
  expect(iso('2026-07-10T09:00:00.5')).toBe('2026-07-10T07:00:00.500Z')
})

test('a time that the clock skips or repeats is read with the offset before the change (L47)', () => {
  expect(iso('2026-03-29T02:30:00')).toBe('2026-03-29T01:30:00.000Z')
  expect(iso('2026-10-25T02:30:00')).toBe('2026-10-25T00:30:00.000Z')
})

test('what no calendar and no clock has is none', () => {
  for (const text of ['2026-02-30T00:00:00', '2026-13-01T00:00:00', '2026-01-01T24:00:00', 'x', '']) {
    expect(instantOfLocal(text, 'UTC'), text).toBeUndefined()
  }
})

test('an instant is shown as its local time, and read back as it was, but for the hour that comes twice', () => {
  fc.assert(
    fc.property(instant, zone, (moment, timeZone) => {
      const shown = localTimeOf(moment, timeZone)
      expect(shown).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
      const read = instantOfLocal(shown.replace(' ', 'T'), timeZone)
      const early = moment.getTime() - (read?.getTime() ?? 0)
      expect(early === 0 || (early > 0 && early <= 3_600_000)).toBe(true)
      expect(localTimeOf(read ?? moment, timeZone)).toBe(shown)
    }),
  )
})

test('every instant lies in its local day: not before its start, not a second after its end', () => {
  fc.assert(
    fc.property(instant, zone, (moment, timeZone) => {
      const day = localDayOf(moment, timeZone)
      expect(startOfLocalDay(day, timeZone).getTime()).toBeLessThanOrEqual(moment.getTime())
      expect(endOfLocalDay(day, timeZone).getTime()).toBeGreaterThanOrEqual(moment.getTime())
      expect(localTimeOf(endOfLocalDay(day, timeZone), timeZone)).toBe(`${day} 23:59:59`)
    }),
  )
})

test('days are counted by the calendar, whatever the clock does between (S28)', () => {
  expect(endOfLocalDayAfter(new Date('2026-03-28T12:00:00Z'), 1, 'Europe/Prague').toISOString()).toBe(
    '2026-03-29T21:59:59.000Z',
  )
  expect(endOfLocalDayAfter(new Date('2026-10-24T22:30:00Z'), 0, 'Europe/Prague').toISOString()).toBe(
    '2026-10-25T22:59:59.000Z',
  )
})

test('months are counted by the calendar; a day that the month lacks is its last (L104)', () => {
  expect(endOfLocalDayMonthsAfter(new Date('2026-01-31T12:00:00Z'), 1, 'UTC').toISOString()).toBe(
    '2026-02-28T23:59:59.000Z',
  )
})

test('a fraction before 1970 is dropped downwards too', () => {
  expect(localTimeOf(new Date(-1), 'UTC')).toBe('1969-12-31 23:59:59')
})

test('a local time is the calendar’s, whatever was asked for before: at every change of a clock, and beside it', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(instant, zone, fc.integer({ min: -1, max: 1 }))), (asked) => {
      for (const [moment, timeZone, besideMs] of asked) {
        const anywhere = Temporal.Instant.fromEpochMilliseconds(moment.getTime()).toZonedDateTimeISO(timeZone)
        const change = anywhere.getTimeZoneTransition('next') ?? anywhere
        const shown = change.add({ milliseconds: besideMs })
        expect(localTimeOf(new Date(shown.epochMilliseconds), timeZone)).toBe(
          shown
            .toPlainDateTime()
            .toString({ smallestUnit: 'second', roundingMode: 'floor' })
            .replace('T', ' '),
        )
      }
    }),
  )
})
