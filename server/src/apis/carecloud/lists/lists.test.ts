import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Reading } from '../values/reader.ts'
import { holds, pageOf } from './list-in-memory.ts'
import { readListRequest } from './list-query.ts'

const sortFields = { name: 'name', state: 'state' } as const

function read(query: Record<string, unknown>) {
  const reading = { faults: [] as unknown[] }
  const request = readListRequest(query, sortFields, reading as unknown as Reading)
  return { request, faults: reading.faults as { name: string; reason: string }[] }
}

test('a page has 100 from the first on unless something else is asked for (L37, L38)', () => {
  expect(read({})).toEqual({ request: { sort: undefined, count: 100, offset: 0 }, faults: [] })
  expect(read({ count: '5', offset: '10', sort_field: 'name', sort_direction: 'desc' }).request).toEqual({
    sort: { by: 'name', descending: true },
    count: 5,
    offset: 10,
  })
  expect(read({ count: '99999' }).request.count).toBe(99_999)
  const endless = read({ count: '9223372036854775807', offset: '1e30' })
  expect(endless).toEqual({
    request: { sort: undefined, count: Number.MAX_SAFE_INTEGER, offset: Number.MAX_SAFE_INTEGER },
    faults: [],
  })
})

test('bad paging and sorting is refused, all of it at once (L37, L38)', () => {
  const { faults } = read({ count: '0', offset: 'x', sort_field: 'password', sort_direction: 'up' })
  expect(faults.map(({ name, reason }) => [name, reason]).toSorted()).toEqual([
    ['count', 'not_allowed_value'],
    ['offset', 'invalid_value_format'],
    ['sort_direction', 'not_allowed_value'],
    ['sort_field', 'not_allowed_value'],
  ])
  expect(faults).toContainEqual(
    expect.objectContaining({ name: 'sort_field', message: 'Sort field must be one of name, state' }),
  )
})

const item = fc.record({ id: fc.nat(), name: fc.option(fc.string(), { nil: null }), state: fc.nat(3) })

test('pages of any size put together are the whole list in its order, and count all of it', () => {
  fc.assert(
    fc.property(fc.array(item), fc.integer({ min: 1, max: 7 }), fc.boolean(), (items, count, descending) => {
      const sort = { by: 'name', descending }
      const whole = pageOf(items, { sort, count: 1000, offset: 0 }, 'en').items
      const pages = Array.from({ length: Math.ceil(items.length / count) }, (_, page) =>
        pageOf(items, { sort, count, offset: page * count }, 'en'),
      )
      expect(pages.flatMap((page) => page.items)).toEqual(whole)
      expect(pages.every(({ total }) => total === items.length)).toBe(true)
    }),
  )
})

test('nulls stand last in both directions, ties and no sort at all keep the order of the file (L38)', () => {
  fc.assert(
    fc.property(fc.array(item), fc.boolean(), (items, descending) => {
      const all = { count: 1000, offset: 0 }
      const byName = pageOf(items, { sort: { by: 'name', descending }, ...all }, 'en').items
      const firstNull = byName.findIndex(({ name }) => name === null)
      if (firstNull !== -1) expect(byName.slice(firstNull).every(({ name }) => name === null)).toBe(true)
      const byState = pageOf(items, { sort: { by: 'state', descending }, ...all }, 'en').items
      for (const state of [0, 1, 2, 3]) {
        expect(byState.filter((one) => one.state === state)).toEqual(
          items.filter((one) => one.state === state),
        )
      }
      expect(pageOf(items, { sort: undefined, ...all }, 'en').items).toEqual(items)
    }),
  )
})

test('a part is found without regard to case (L40)', () => {
  expect([holds('Zmrzlina', 'ZRZ'), holds('Zmrzlina', 'mrz'), holds('x', undefined)]).toEqual([
    false,
    true,
    true,
  ])
})
