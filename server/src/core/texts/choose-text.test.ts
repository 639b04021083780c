import { expect, test } from 'vitest'
import { acceptedLanguages, chooseText } from './choose-text.ts'

test('a text is given in the first language wanted that it has, else in whatever it has (S23)', () => {
  const text = { en: 'Hello', cs: 'Ahoj', 'de-AT': 'Servus' }
  expect(chooseText(text, ['fr', 'cs', 'en'])).toBe('Ahoj')
  expect(chooseText(text, ['en-GB'])).toBe('Hello')
  expect(chooseText(text, ['de'])).toBe('Servus')
  expect(chooseText(text, ['fr'])).toBe('Hello')
  expect(chooseText('Hi', ['cs'])).toBe('Hi')
})

test('Accept-Language is read by quality, and rubbish in it is passed over (S23)', () => {
  expect(acceptedLanguages('en;q=0.5, cs, de-AT;q=0.8, *, fr;q=0, <x>')).toEqual(['cs', 'de-AT', 'en'])
  expect(acceptedLanguages(undefined)).toEqual([])
})
