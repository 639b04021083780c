import { expect, test } from 'vitest'
import { grantExpiry } from './grant-expiry.ts'

test.each([
  // Spring forward and back: the day has 23 and 25 hours.
  ['Europe/Prague', '2026-03-28T12:00:00Z', 1, '2026-03-29T21:59:59.999Z'],
  ['Europe/Prague', '2026-10-24T12:00:00Z', 1, '2026-10-25T22:59:59.999Z'],
  // The clock shows midnight twice: the day before ends with the first one.
  ['Atlantic/Azores', '2026-10-23T12:00:00Z', 1, '2026-10-24T23:59:59.999Z'],
  ['America/Havana', '2026-10-30T12:00:00Z', 1, '2026-11-01T03:59:59.999Z'],
  // It skips midnight.
  ['America/Sao_Paulo', '2018-11-02T12:00:00Z', 1, '2018-11-04T02:59:59.999Z'],
])('in %s what is granted at %s for %s days is good to %s (S28)', (timeZone, now, grantValidDays, last) => {
  expect(grantExpiry({ grantValidDays }, new Date(now), timeZone)?.toISOString()).toBe(last)
})

test('a grant is good no longer than its reward, and without either for ever (S28)', () => {
  const expiry = (reward: Parameters<typeof grantExpiry>[0]) =>
    grantExpiry(reward, new Date('2026-03-10T12:00:00Z'), 'Europe/Prague')?.toISOString()
  expect(expiry({ grantValidDays: 30, validTo: '2026-03-20' })).toBe('2026-03-20T22:59:59.999Z')
  expect(expiry({ grantValidDays: 5, validTo: '2026-03-20' })).toBe('2026-03-15T22:59:59.999Z')
  expect(expiry({ validTo: '2026-03-20' })).toBe('2026-03-20T22:59:59.999Z')
  expect(expiry({})).toBeUndefined()
})
