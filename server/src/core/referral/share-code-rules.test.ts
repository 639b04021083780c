import fc from 'fast-check'
import { expect, test } from 'vitest'
import { codeCandidates, findCodeFault } from './share-code-rules.ts'

function take(count: number, preferred: readonly string[]): readonly string[] {
  return codeCandidates(preferred).take(count).toArray()
}

test('a code has 4 to 50 letters, digits, "-", "_" and "." and does not begin with a dot (E67, S2)', () => {
  for (const code of ['abcd', 'A-b_c.9', 'x'.repeat(50), '----']) expect(findCodeFault(code)).toBeUndefined()
  for (const code of ['', 'abc', 'x'.repeat(51)]) expect(findCodeFault(code)).toBe('out-of-range')
  for (const code of ['.well-known', 'a b c', 'müller', 'a/bc', 'abc%20']) {
    expect(findCodeFault(code)).toBe('illegal-character')
  }
})

test('a code is no word that a path of this origin begins with, in any letter case (S2)', () => {
  for (const code of [
    'events',
    'Wallet',
    'HEALTHZ',
    'sdk.js',
    'core.js',
    'rest-api',
    'index.html',
    'fragment-map',
  ]) {
    expect(findCodeFault(code)).toBe('reserved-word')
  }
  expect(findCodeFault('eventsx')).toBeUndefined()
})

test('profane words are no codes, harmless words that hold one are (E71)', () => {
  expect(findCodeFault('holy-Shit-1')).toBe('profane-word')
  expect(findCodeFault('Scunthorpe')).toBeUndefined()
})

test('whatever is preferred, candidates are codes (E67, E68)', () => {
  const entry = fc.oneof(
    fc.string(),
    fc.stringMatching(/^[A-Za-z0-9._-]{1,60}$/),
    fc.constantFrom('api', 'events'),
  )
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 5 }), (preferred) => {
      for (const code of take(preferred.length + 3, preferred)) expect(findCodeFault(code)).toBeUndefined()
    }),
  )
})

test('preferred codes come as they stand, then the first usable one is completed; without any the code is random (E68)', () => {
  expect(take(3, ['bad code', 'Anna', 'ann-2'])).toEqual([
    'Anna',
    'ann-2',
    expect.stringMatching(/^Anna-[a-z0-9]+$/),
  ])
  expect(take(1, ['ab'])).toEqual([expect.stringMatching(/^ab-[a-z0-9]+$/)])
  expect(take(1, ['api', '.x', ''])).toEqual([expect.stringMatching(/^[a-z0-9]{8,}$/)])
  expect(take(1, [])).toEqual([expect.stringMatching(/^[a-z0-9]{8,}$/)])
  expect(new Set(take(1000, [])).size).toBe(1000)
})
