import { expect, test } from 'vitest'
import { isGoodPassword } from './password-rules.ts'

test('a password has 8 characters, a digit and an upper-case letter (L17)', async () => {
  for (const bad of ['', 'Short-1', 'no-upper-case-1', 'No-digit-at-all', 'ALLUPPER', '12345678']) {
    expect(await isGoodPassword(bad), bad).toBe(false)
  }
  for (const good of ['Adm1n-password', 'T1ll-password', 'Žluťoučký-kůň-1', 'NO-LOWER-CASE-77']) {
    expect(await isGoodPassword(good), good).toBe(true)
  }
  expect(await isGoodPassword(`A1${'x'.repeat(199)}`)).toBe(false)
})

test('one that everybody uses is none, in whatever letter case (L17)', async () => {
  for (const common of [
    'Password1',
    'Qwerty123',
    'PASSWORD123',
    'Abcd1234',
    'P@ssw0rd',
    'Letmein1',
    'Welcome1',
  ]) {
    expect(await isGoodPassword(common), common).toBe(false)
  }
})
