import { expect, test } from 'vitest'
import { readAuthorization } from './read-authorization.ts'

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

test('schemes are named in any case, blanks count for nothing, and a blank password is no credential (L10)', () => {
  for (const header of ['Bearer abc', 'bearer abc', 'BEARER  \t abc  ', ' Bearer abc']) {
    expect(readAuthorization(header), header).toEqual({ scheme: 'bearer', token: 'abc' })
  }
  for (const header of [basic('u:p'), basic('u: p ').replace('Basic', 'basic'), basic('u:p').concat('  ')]) {
    expect(readAuthorization(header), header).toEqual({ scheme: 'basic', user: 'u', password: 'p' })
  }
  expect(readAuthorization(basic(':a:b'))).toEqual({ scheme: 'basic', user: '', password: 'a:b' })
  for (const none of [
    undefined,
    '',
    ' ',
    'Bearer',
    'Bearer ',
    'abc',
    'Digest abc',
    'Bearerabc',
    'Bearer-x abc',
  ]) {
    expect(readAuthorization(none), none).toBeUndefined()
  }
  for (const blank of ['customer_interface:', 'customer_interface: ', 'u', '']) {
    expect(readAuthorization(basic(blank)), blank).toBeUndefined()
  }
})

// Backtracking over the blanks takes a minute; walking over them is a moment. The suite's own limit ends the former.
test('a header that is nothing but blanks between two signs keeps nobody waiting', () => {
  const blanks = ' '.repeat(400_000)
  expect(readAuthorization(`Bearer a${blanks}b`)).toEqual({ scheme: 'bearer', token: `a${blanks}b` })
  expect(readAuthorization(`${blanks}Bearer${blanks}`)).toBeUndefined()
})
