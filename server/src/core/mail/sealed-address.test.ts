import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openSealedAddress, sealAddress } from './sealed-address.ts'

const secret = randomBytes(32)

test('a sealed address opens in its workspace alone, and no change of it does (E124)', () => {
  fc.assert(
    fc.property(fc.emailAddress(), fc.nat(), (address, at) => {
      const sealed = sealAddress(secret, address)
      expect(sealed).not.toContain(address)
      expect(openSealedAddress(secret, sealed)).toBe(address)
      expect(openSealedAddress(randomBytes(32), sealed)).toBeUndefined()
      const place = at % sealed.length
      const other = sealed[place] === 'A' ? 'B' : 'A'
      expect(
        openSealedAddress(secret, `${sealed.slice(0, place)}${other}${sealed.slice(place + 1)}`),
      ).toBeUndefined()
    }),
  )
})

test.each(['', 'x', '!!', 'ann@example.com', 'A'.repeat(200)])(
  'the forged value %j opens to nothing (E124)',
  (value) => {
    expect(openSealedAddress(secret, value)).toBeUndefined()
  },
)
