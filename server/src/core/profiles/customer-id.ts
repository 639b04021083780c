import type { ProfileFault } from './profile-fault.ts'
import { holdsInvalidCharacter, isLongerThan } from './text.ts'

const maxCustomerIdCharacters = 255

/** Whether a profile can have this text as its customer id: 1 to 255 characters that can be stored (S10). */
export function isCustomerId(text: string): boolean {
  return text !== '' && !isLongerThan(text, maxCustomerIdCharacters) && !holdsInvalidCharacter(text)
}

/** Reads the customer id sent under `name`: taken exactly as it came, neither trimmed nor folded. */
export function readCustomerId(value: unknown, name: string): string | ProfileFault {
  if (typeof value === 'string' && isCustomerId(value)) return value
  const path = [name]
  if (value === undefined || value === null) return { code: 'required', path, name }
  if (typeof value !== 'string') return { code: 'not-text', path, name }
  if (value === '') return { code: 'empty-customer-id', path, name }
  if (holdsInvalidCharacter(value)) return { code: 'invalid-character', path, name }
  return { code: 'customer-id-too-long', path, name, limitCharacters: maxCustomerIdCharacters }
}
