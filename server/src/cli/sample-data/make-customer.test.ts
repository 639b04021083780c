import { expect, test } from 'vitest'
import { isEmail } from '../../core/profiles/email.ts'
import { isE164 } from '../../core/profiles/phone.ts'
import { formatCustomers } from './format-customers.ts'
import { makeCustomer } from './make-customer.ts'
import { namePools } from './name-pools.ts'

const pools = namePools()
const customers = (seed: number) =>
  Array.from({ length: 2000 }, (_, index) => makeCustomer(pools, seed, index + 1))

test('the same seed gives the same bytes, another one others', () => {
  const again = namePools()
  const file = formatCustomers(customers(7), 'csv')
  expect(
    formatCustomers(
      Array.from({ length: 2000 }, (_, index) => makeCustomer(again, 7, index + 1)),
      'csv',
    ),
  ).toBe(file)
  expect(formatCustomers(customers(8), 'csv')).not.toBe(file)
})

test('every customer has an id and an e-mail of its own, and values that fit', () => {
  const made = customers(1)
  expect(new Set(made.map(({ id }) => id)).size).toBe(made.length)
  expect(new Set(made.map(({ email }) => email)).size).toBe(made.length)
  for (const { email, mobile } of made) {
    expect(isEmail(String(email))).toBe(true)
    expect(mobile === undefined || isE164(String(mobile))).toBe(true)
  }
})
