import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Workspace } from '../../../core/workspaces/workspace.ts'
import { anyOf, queryParameters } from '../lists/list-query.ts'
import { phone, phoneOf, presentPhone } from './phone.ts'
import {
  anything,
  list,
  object,
  type Reader,
  type Reading,
  readFields,
  required,
  rows,
  withDefault,
} from './reader.ts'
import { countryCode, currencyId, languageId } from './references.ts'
import { email, flag, integer, number, oneOf, text } from './scalars.ts'
import { date, dateTime, dateTimeOf, presentTime } from './times.ts'

const workspace = {
  settings: { timeZone: 'Europe/Prague', languages: ['en', 'cs'] },
} as unknown as Workspace

function reading(): Reading {
  return { workspace, loggedIn: undefined, source: 'body', customer: undefined, faults: [], customers: [] }
}

/** What a value is read as, else why it is refused. */
function read(reader: Reader<unknown>, value: unknown): unknown {
  const one = reading()
  const result = reader.read(value, { name: 'x' }, one)
  return one.faults.length > 0 ? one.faults.map(({ reason }) => reason).join() : result
}

test('texts take numbers, numbers take numeric texts (L45)', () => {
  expect(read(text(), 420221634695)).toBe('420221634695')
  expect(read(number(), '700.50')).toBe(700.5)
  expect(read(integer(), '12')).toBe(12)
  expect(read(text(), true)).toBe('invalid_value_format')
  for (const wrong of ['12px', '0x1f', 'Infinity', '', {}, true, [1]]) {
    expect(read(number(), wrong), JSON.stringify(wrong)).toBe('invalid_value_format')
  }
  expect(read(integer(), 1.5)).toBe('invalid_value_format')
  expect(read(number({ least: 0 }), -1)).toBe('not_allowed_value')
})

test('booleans are true, false, 1 and 0, as texts in any case too (L46)', () => {
  for (const yes of [true, 1, '1', 'true', 'TRUE', 'True']) expect(read(flag, yes)).toBe(true)
  for (const no of [false, 0, '0', 'false', 'FALSE']) expect(read(flag, no)).toBe(false)
  for (const wrong of ['yes', 2, {}, []]) expect(read(flag, wrong)).toBe('invalid_value_format')
})

test('enumerations take their numbers as texts too, and nothing else (L49)', () => {
  const gender = oneOf([1, 2, 3, 4, 5])
  expect([read(gender, 2), read(gender, '2'), read(gender, 6), read(gender, 'male')]).toEqual([
    2,
    2,
    'not_allowed_value',
    'not_allowed_value',
  ])
})

test('phones come with or without plus and are answered as digits (L48)', () => {
  for (const sent of ['420221634695', '+420 221-634.695', '00420 (221) 634/695', 420221634695]) {
    expect(read(phone, sent), String(sent)).toBe('+420221634695')
  }
  for (const wrong of ['0123456', '12345', '1234567890123456', 'abc', '+']) {
    expect(read(phone, wrong), wrong).toBe('invalid_value_format')
  }
  expect(presentPhone('+420221634695')).toBe('420221634695')
  fc.assert(
    fc.property(fc.stringMatching(/^[1-9][0-9]{5,14}$/), (digits) => {
      expect(presentPhone(phoneOf(digits) ?? null)).toBe(digits)
    }),
  )
})

const moment = (sent: unknown, dayAs: 'start' | 'end' = 'start') => {
  const result = read(dateTime({ dayAs }), sent)
  return result instanceof Date ? presentTime(result, workspace) : result
}

test('date-times come in all the forms of L47 and are answered in one', () => {
  for (const sent of [
    '2026-03-10 09:00:00',
    '2026-03-10T09:00:00',
    '2026-03-10T09:00:00.987',
    '2026-03-10 09:00:00.5',
    '2026-03-10T08:00:00Z',
    '2026-03-10T10:00:00+02:00',
    '2026-03-10T10:00:00+0200',
    '2026-03-10T13:45:00.1+05:45',
    '10.03.2026 09:00:00',
    '10.3.2026 09:00',
  ]) {
    expect(moment(sent), sent).toBe('2026-03-10 09:00:00')
  }
  expect([moment('2026-03-10'), moment('10.03.2026')]).toEqual(['2026-03-10 00:00:00', '2026-03-10 00:00:00'])
  expect([moment('2026-03-10', 'end'), moment('10.03.2026', 'end')]).toEqual([
    '2026-03-10 23:59:59',
    '2026-03-10 23:59:59',
  ])
})

test('no other form, and no moment that does not exist, is a date-time (L47)', () => {
  for (const wrong of [
    'tomorrow',
    '2026-02-30',
    '2026-03-10 24:00:00',
    '2026-03-10 09:60:00',
    '2026-03-10 23:59:60',
    '2026-03-10 09',
    '2026/03/10',
    '31.02.2026',
    '2026-03-10T09:00:00+25:00',
    '20260310',
    {},
  ]) {
    expect(moment(wrong), JSON.stringify(wrong)).toBe('invalid_value_format')
  }
})

test('the first and the last moment that clients write are moments, everywhere on earth (L47)', () => {
  for (const timeZone of ['Europe/Prague', 'America/New_York', 'Pacific/Kiritimati']) {
    const settings = { ...workspace.settings, timeZone }
    const there = { ...workspace, settings } as Workspace
    for (const sent of ['0001-01-01', '9999-12-31 23:59:59']) {
      const read = dateTimeOf(sent, timeZone, 'start') ?? null
      expect(read?.toISOString(), `${sent} in ${timeZone}`).toMatch(/^(0001-01-0|9999-12-3)/)
      expect(presentTime(read, there), `${sent} in ${timeZone}`).toMatch(/^(0001-01-0|9999-12-3)/)
    }
  }
  // The day of the one after it has five digits here.
  expect(read(date, '9999-12-31T23:59:59-12:00')).toBe('invalid_value_format')
  expect(read(dateTime(), '9999-12-31T23:59:59-12:00')).toBe('invalid_value_format')
})

test('a date drops the time; of a moment with an offset the local day counts (L47)', () => {
  for (const [sent, day] of [
    ['1993-01-21', '1993-01-21'],
    ['21.1.1993', '1993-01-21'],
    ['1993-01-21 23:59:59', '1993-01-21'],
    ['1993-01-21T23:30:00Z', '1993-01-22'],
    ['1993-02-29', 'invalid_value_format'],
  ]) {
    expect(read(date, sent), sent).toBe(day)
  }
})

test('every answered date-time is read as the moment it shows, in whatever accepted form', () => {
  const moments = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2040, 0) })
  fc.assert(
    fc.property(moments, (ms) => {
      const shown = presentTime(new Date(ms), workspace)
      expect(moment(shown)).toBe(shown)
      expect(moment(shown.replace(' ', 'T'))).toBe(shown)
      const [year, month, rest = ''] = shown.split('-')
      const [day, time] = rest.split(' ')
      expect(moment(`${day}.${month}.${year} ${time}`)).toBe(shown)
    }),
  )
})

test('languages are those of the workspace, countries and currencies those of ISO (L50)', () => {
  expect([read(languageId, 'cs'), read(languageId, 'fr')]).toEqual(['cs', 'not_found'])
  expect([read(countryCode, 'CZ'), read(countryCode, 'zz')]).toEqual(['cz', 'not_found'])
  expect([read(currencyId, 'EUR'), read(currencyId, 'eur')]).toEqual(['EUR', 'not_found'])
})

test('all that is wrong is told at once, by leaf names, with what was sent and where (L42, L46)', () => {
  const one = reading()
  const fields = {
    card: required(object({ email: required(email), count: integer(), note: text() })),
    rows: required(list(object({ id: required(text()), at: date }), { indexed: true })),
    state: withDefault(oneOf([0, 1]), 1),
    password: required(text({ longest: 3 })),
    any: anything,
  }
  const result = readFields(
    fields,
    {
      card: { email: 'nobody', count: 'x', note: '' },
      rows: [{ id: 'a', at: null }, { at: 'never' }, 3],
      state: '',
      password: 'secret',
      unknown: 1,
    },
    one,
  )
  expect(one.faults.map(({ name, reason, value, index }) => [name, reason, value, index])).toEqual([
    ['email', 'invalid_value_format', 'nobody', undefined],
    ['count', 'invalid_value_format', 'x', undefined],
    ['id', 'required', null, 1],
    ['at', 'invalid_value_format', 'never', 1],
    ['rows', 'invalid_value_format', '3', 2],
    ['password', 'invalid_value_format', null, undefined],
  ])
  expect(one.faults[0]?.message).toBe('Email must be an e-mail address')
  expect([result.state, result.any, result.card.note]).toEqual([1, undefined, undefined])
})

test('a list that no client means is refused as a whole, and of very many faults the first are told (L42)', () => {
  const one = reading()
  const fields = { few: list(text()), deep: list(object({ codes: list(flag) })) }
  const deep = Array.from({ length: 200 }, () => ({ codes: Array(5000).fill('maybe') }))
  readFields(fields, { few: Array(10_001).fill({}), deep }, one)
  expect(one.faults).toHaveLength(10_000)
  expect(one.faults[0]).toEqual({
    name: 'few',
    reason: 'not_allowed_value',
    value: null,
    message: 'Few takes at most 10000 entries',
  })
  const rowsOf = reading()
  readFields({ rows: rows(text()) }, { rows: Array(100_001).fill({}) }, rowsOf)
  expect(rowsOf.faults.map(({ name, reason }) => [name, reason])).toEqual([['rows', 'not_allowed_value']])
})

test('filters of several values come in every bracket form, empty ones are none (L39, L40)', () => {
  expect(
    queryParameters({ 'a[]': ['1', '2'], 'a[0]': '3', a: '4', b: '', 'c[]': ['', ''], d: ['', 'x'] }),
  ).toEqual({ a: ['1', '2', '3', '4'], d: 'x' })
  expect(read(anyOf(text()), 'a')).toEqual(['a'])
  expect(read(anyOf(text()), Array(1001).fill('a'))).toBe('not_allowed_value')
})

test('what no table holds becomes U+FFFD (S36)', () => {
  expect(read(text(), 'a\0b\ud800')).toBe('a\uFFFDb\uFFFD')
})
