import { expect, test } from 'vitest'
import { spokenLanguage } from './spoken-language.ts'

const spoken = ['en', 'cs', 'de'] as const

test.each([
  [['cs'], 'cs'],
  [['cs_CZ'], 'cs'],
  [['fr', 'DE-AT', 'cs'], 'de'],
  [['den', 'c', ''], 'en'],
  [[], 'en'],
])('of %j it is %s (S23)', (wanted, language) => {
  expect(spokenLanguage(wanted, spoken)).toBe(language)
})
