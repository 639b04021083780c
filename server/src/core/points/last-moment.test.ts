import { expect, test } from 'vitest'
import { lastMomentOf } from './last-moment.ts'

test.each([
  // Spring forward and back: the day has 23 and 25 hours.
  ['Europe/Prague', '2026-03-28T12:00:00Z', 1, '2026-03-29T21:59:59Z'],
  ['Europe/Prague', '2026-10-24T12:00:00Z', 1, '2026-10-25T22:59:59Z'],
  // Booked just before and just after local midnight.
  ['Europe/Prague', '2026-03-28T22:59:59Z', 1, '2026-03-29T21:59:59Z'],
  ['Europe/Prague', '2026-03-28T23:00:00Z', 1, '2026-03-30T21:59:59Z'],
  // The clock skips midnight: the day before it ends when the clock does.
  ['America/Sao_Paulo', '2018-11-02T12:00:00Z', 1, '2018-11-04T02:59:59Z'],
  ['America/Sao_Paulo', '2018-11-03T12:00:00Z', 1, '2018-11-05T01:59:59Z'],
  // The clock repeats the last hour of the day: it ends with the second one.
  ['America/Sao_Paulo', '2018-02-16T12:00:00Z', 1, '2018-02-18T02:59:59Z'],
  // 30 December 2011 was no day in Apia.
  ['Pacific/Apia', '2011-12-28T12:00:00Z', 1, '2011-12-30T09:59:59Z'],
  ['Pacific/Apia', '2011-12-29T12:00:00Z', 2, '2011-12-31T09:59:59Z'],
])('in %s what is booked at %s lasts %i days, to %s (L122)', (timeZone, now, expiresAfterDays, last) => {
  const type = { id: 'base', name: 'Base', default: true, expiresAfterDays }
  expect(lastMomentOf(type, new Date(now), timeZone)).toEqual(new Date(last))
})

test('without expiresAfterDays points last', () => {
  expect(lastMomentOf({ id: 'base', name: 'Base', default: true }, new Date(), 'UTC')).toBeNull()
})
