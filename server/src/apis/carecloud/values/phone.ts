import { phoneKey } from '../../../core/profiles/phone.ts'
import { fault, type Reader } from './reader.ts'
import { textOf } from './scalars.ts'

/** A phone number with country prefix, with or without plus (L48), as E.164. */
export const phone: Reader<string> = {
  schema: { type: 'string', pattern: '^[1-9][0-9]{5,14}$' },
  read(value, place, reading) {
    const read = phoneOf(textOf(value) ?? '')
    return read ?? fault(reading, place, 'invalid_value_format', value, wantedPhone)
  },
}

const wantedPhone = 'must be a phone number with country prefix, such as 420221634695'

/** E.164 of what L48 takes; undefined for anything else. */
export function phoneOf(text: string): string | undefined {
  return phoneKey(text) ?? phoneKey(`+${text}`)
}

/** How a number of the core is answered: digits alone (L48). */
export function presentPhone(e164: string | null): string | null {
  return e164 === null ? null : e164.replace(/^\+/, '')
}
