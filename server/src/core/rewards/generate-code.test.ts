import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defaultPattern, generateCode } from './generate-code.ts'

test('a code keeps its pattern and has an upper-case letter or a digit for every # (S29)', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9_.#-]{1,64}$/), (pattern) => {
      const code = generateCode(pattern)
      expect(code).toHaveLength(pattern.length)
      for (const [index, sign] of [...pattern].entries()) {
        if (sign === '#') expect(code[index]).toMatch(/^[A-Z0-9]$/)
        else expect(code[index]).toBe(sign)
      }
    }),
  )
})

test('without a pattern a code is 10 upper-case letters and digits, and no two of many are alike (S29)', () => {
  const codes = Array.from({ length: 2000 }, () => generateCode(defaultPattern))
  for (const code of codes) expect(code).toMatch(/^[A-Z0-9]{10}$/)
  expect(new Set(codes).size).toBe(codes.length)
  expect(new Set(codes.join('')).size).toBe(36)
})
