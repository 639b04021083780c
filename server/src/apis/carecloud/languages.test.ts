import { expect, test } from 'vitest'
import { negotiateLanguages } from './languages.ts'

const settings = { languages: ['en', 'cs', 'pt-BR'], defaultLanguage: 'en' }
const best = (header: string | undefined) => negotiateLanguages(header, settings)[0]

test('the language that fits best by weight is chosen, a region fits its language and the reverse (L52)', () => {
  expect(best('cs, en-gb;q=0.8')).toBe('cs')
  expect(best('en-gb')).toBe('en')
  expect(best('fr, en;q=0.2, cs;q=0.7')).toBe('cs')
  expect(best('pt')).toBe('pt-BR')
  expect(best('PT-br')).toBe('pt-BR')
  expect(best('cs;q=0, fr')).toBe('en')
  expect(best('cs;Q=0.2, en;Q=0.9')).toBe('en')
})

test('any language stands for those that the header does not name, the default first (L52)', () => {
  expect(best('*, cs;q=0.5')).toBe('en')
  expect(best('cs;q=0.1, *;q=0.5')).toBe('en')
  expect(best('cs, *;q=0.5')).toBe('cs')
  expect(best('en;q=0.1, cs;q=0.2, *;q=0.5')).toBe('pt-BR')
})

test('no header, an empty one and no fit: the default language (L52)', () => {
  for (const header of [undefined, '', ' ', 'fr', '*', ';;,q=', 'x y z']) expect(best(header)).toBe('en')
})
