import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Operation } from './operation.ts'
import { decodeKeys, encodeKeys, isPlain, operationKeys } from './operation-keys.ts'

const upsert = { kind: 'upsert', customer: 'a', email: 'A@e', email_key: 'a@e' } as const

test('an upsert of a user may touch who has its customer id or its e-mail, in whatever letter case', () => {
  const keys = operationKeys(1, upsert)
  expect(keys).toHaveLength(2)
  expect(operationKeys(1, { kind: 'upsert', customer: 'a', email: 'a@e' })).toEqual(keys)
  expect(operationKeys(1, { kind: 'upsert', customer: 'a' })).toEqual(keys?.slice(0, 1))
})

test('all operations on one customer id share a key, and no text names a customer id and an e-mail alike', () => {
  const [customer] = operationKeys(1, upsert) ?? []
  expect(operationKeys(1, { kind: 'delete', customer: 'a' })).toEqual([customer])
  expect(operationKeys(1, { kind: 'status', customer: 'a' })).toEqual([customer])
  const [id, email] = operationKeys(1, { kind: 'upsert', customer: 'a@e', email: 'a@e' }) ?? []
  expect(id).not.toBe(email)
})

test('what names nobody by customer id may touch any profile', () => {
  const others: readonly Operation[] = [
    { kind: 'upsert', email: 'a@e' },
    { kind: 'delete', profile: 'a' },
    { kind: 'status', email_key: 'a@e' },
  ]
  for (const operation of others) expect(operationKeys(1, operation)).toBeUndefined()
})

test('only upserts of users that name every identifier they take are applied unread', () => {
  expect(isPlain(upsert)).toBe(true)
  expect(isPlain({ kind: 'upsert', customer: 'a' })).toBe(true)
  expect(isPlain({ kind: 'upsert', email: 'a@e' })).toBe(false)
  expect(isPlain({ kind: 'delete', customer: 'a' })).toBe(false)
  // It takes its e-mail along to a business unit where another operation may claim it (C12).
  expect(isPlain({ kind: 'upsert', customer: 'a', unit: 'DE' })).toBe(false)
})

test('keys survive being written and read, wherever the driver put the bytes', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })), fc.nat(7), (keys, offset) => {
      const page = Buffer.concat([Buffer.alloc(offset), encodeKeys(keys)])
      expect([...decodeKeys(page.subarray(offset))]).toEqual(keys)
    }),
  )
})
