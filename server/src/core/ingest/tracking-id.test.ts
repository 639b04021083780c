import fc from 'fast-check'
import { expect, test } from 'vitest'
import { trackingIds } from './tracking-id.ts'

const ids = trackingIds(Buffer.alloc(32, 1))
const example = { day: 20_000, blockId: 123_456, start: 7, count: 3, refused: 2 }

const requests = fc.record({
  day: fc.integer({ min: 0, max: 65_535 }),
  blockId: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  start: fc.integer({ min: 0, max: 65_535 }),
  count: fc.integer({ min: 1, max: 1023 }),
  refused: fc.integer({ min: 0, max: 1023 }),
})

test('a tracking id is a lower-case UUID in form, and gives back what it was made of', () => {
  fc.assert(
    fc.property(requests, (request) => {
      const id = ids.encode(request)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/)
      expect(ids.decode(id)).toEqual(request)
    }),
  )
  const largest = { day: 65_535, blockId: 2 ** 48 - 1, start: 65_535, count: 1023, refused: 1023 }
  expect(ids.decode(ids.encode(largest))).toEqual(largest)
})

test('a request of which nothing had to be applied gets an id of its own each time (C34)', () => {
  const nothing = { day: 20_000, blockId: 0, start: 0, count: 0, refused: 4 }
  const made = new Set(Array.from({ length: 100 }, () => ids.encode(nothing)))
  expect(made.size).toBe(100)
  for (const id of made) expect(ids.decode(id)).toEqual(nothing)
})

test('an id with any digit altered names nothing (C33)', () => {
  const id = ids.encode(example)
  for (let at = 0; at < id.length; at++) {
    if (id[at] === '-') continue
    for (const digit of '0123456789abcdef') {
      if (digit === id[at]) continue
      expect(ids.decode(id.slice(0, at) + digit + id.slice(at + 1))).toBeUndefined()
    }
  }
})

test('an id of another workspace, and text of any other form, names nothing (C33)', () => {
  const id = ids.encode(example)
  expect(trackingIds(Buffer.alloc(32, 2)).decode(id)).toBeUndefined()
  for (const text of ['', id.toUpperCase(), id.replaceAll('-', ''), ` ${id}`, `${id}\n`, `{${id}}`]) {
    expect(ids.decode(text)).toBeUndefined()
  }
  fc.assert(
    fc.property(fc.uuid(), (guess) => {
      expect(ids.decode(guess)).toBeUndefined()
    }),
  )
})

test('what an id has no room for is refused, not cut', () => {
  for (const wide of [{ count: 1024 }, { refused: 1024 }, { start: 65_536 }]) {
    expect(() => ids.encode({ ...example, ...wide })).toThrow(RangeError)
  }
})
