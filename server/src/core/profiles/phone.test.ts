import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isE164, phoneKey } from './phone.ts'

test.each(['+123456', '+123456789012345'])('E.164 takes %s', (text) => expect(isE164(text)).toBe(true))

test.each([
  '',
  '123456',
  '+12345',
  '+1234567890123456',
  '+0123456',
  '+49 170',
  '+1234567\n',
  '+١٢٣٤٥٦٧',
  '00491701',
])('E.164 refuses %j', (text) => expect(isE164(text)).toBe(false))

test.each([
  ['+420123456789', '+420123456789'],
  ['00420 123 456 789', '+420123456789'],
  ['+49 (170) 123-45.67/8', '+4917012345678'],
  ['+49\u00a0[170]\u2013123456', '+49170123456'],
  ['00 00 123456', undefined],
  ['0170 123456', undefined],
  ['420123456789', undefined],
  ['+49 170 x', undefined],
  ['+49+170123', undefined],
  ['', undefined],
])('S10: %j is compared as %j', (text, key) => expect(phoneKey(text)).toBe(key))

test('a key is an E.164 number and its own key', () => {
  const texts = fc.string({ unit: fc.constantFrom(...'+0123456789 -./()'), maxLength: 24 })
  fc.assert(
    fc.property(texts, (text) => {
      const key = phoneKey(text)
      if (key === undefined) return
      expect(isE164(key)).toBe(true)
      expect(phoneKey(key)).toBe(key)
    }),
  )
})
