import type { AttributeFormat, ScalarType } from './attribute-type.ts'
import { normaliseDatetime } from './datetime.ts'
import { isE164 } from './phone.ts'
import type { FaultPath, ProfileFault } from './profile-fault.ts'
import { holdsInvalidCharacter, isLargerThan } from './text.ts'

const maxTextBytes = 16_384

export type ScalarValue = string | number | boolean

export interface ScalarRule {
  /** As faults name it: a child is `children.age`. */
  readonly name: string
  readonly type: ScalarType
  /** Gives the value as it is stored, or `undefined` for one that does not fit; `scalarFault` tells why. */
  readonly read: (value: unknown) => ScalarValue | undefined
}

/** How an attribute, an element or a field is read (crossengage section 5); a format narrows texts only. */
export function scalarRule(name: string, type: ScalarType, format: AttributeFormat | undefined): ScalarRule {
  return { name, type, read: type === 'string' && format === 'phone' ? readPhone : readers[type] }
}

/** Why a value does not fit. One value has one fault: its type comes before what its text holds. */
export function scalarFault({ name, type }: ScalarRule, value: unknown, path: FaultPath): ProfileFault {
  if (type !== 'string' || typeof value !== 'string')
    return { code: 'wrong-type', path, name, expected: type }
  if (holdsInvalidCharacter(value)) return { code: 'invalid-character', path, name }
  if (isLargerThan(value, maxTextBytes))
    return { code: 'text-too-large', path, name, limitBytes: maxTextBytes }
  return { code: 'malformed-phone', path, name, value }
}

const readers: Record<ScalarType, ScalarRule['read']> = {
  string: (value) => (typeof value === 'string' && isStorableText(value) ? value : undefined),
  integer: (value) => (typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined),
  // 1e400 is parsed as Infinity.
  float: (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined),
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  datetime: (value) => (typeof value === 'string' ? normaliseDatetime(value) : undefined),
}

function readPhone(value: unknown): string | undefined {
  return typeof value === 'string' && isE164(value) ? value : undefined
}

function isStorableText(text: string): boolean {
  return !isLargerThan(text, maxTextBytes) && !holdsInvalidCharacter(text)
}
