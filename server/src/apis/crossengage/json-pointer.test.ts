import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonPointer } from './json-pointer.ts'

test('a pointer names a place as RFC 6901 writes it', () => {
  expect(jsonPointer([])).toBe('')
  expect(jsonPointer(['children', 0, 'age'])).toBe('/children/0/age')
  expect(jsonPointer(['a/b~c', '', '~1'])).toBe('/a~1b~0c//~01')
})

test('a pointer leads back to the names it was made of', () => {
  const steps = fc.array(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('~', '/', '0', '1') })))
  fc.assert(
    fc.property(steps, (path) => {
      const read = jsonPointer(path).split('/').slice(1)
      expect(read.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))).toEqual(path)
    }),
  )
})
