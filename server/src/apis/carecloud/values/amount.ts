import { formatHundredths, type Hundredths, parseHundredths } from '../../../core/amounts/hundredths.ts'
import { fault, type Reader } from './reader.ts'

/** An amount of money or points, as hundredths; what is sent beyond two places is rounded half up (L51). */
export function amount({ least = Number.MIN_SAFE_INTEGER } = {}): Reader<Hundredths> {
  return {
    schema: { type: 'number', ...(least > Number.MIN_SAFE_INTEGER ? { minimum: least / 100 } : {}) },
    read(value, place, reading) {
      const read = parseHundredths(value)
      if (read === undefined) return fault(reading, place, 'invalid_value_format', value, 'must be an amount')
      if (read >= least) return read
      return fault(reading, place, 'not_allowed_value', value, `must be at least ${formatHundredths(least)}`)
    },
  }
}
