import type { AttributeSchema } from './attribute-schema.ts'
import { type BusinessUnits, readBusinessUnit } from './business-unit.ts'
import { readCustomerId } from './customer-id.ts'
import { isEmail } from './email.ts'
import type { JsonObject } from './json-object.ts'
import { isJsonLargerThan } from './json-size.ts'
import type { ProfileFault } from './profile-fault.ts'
import {
  type AttributeValue,
  addFault,
  type Reading,
  readAttribute,
  refuseUnknown,
} from './read-attribute.ts'
import { holdsInvalidCharacter } from './text.ts'

const maxProfileBytes = 1_048_576

/** What the caller calls the fields that are no attributes. */
export interface FieldNames {
  readonly customerId: string
  /** Read where `customerId` is absent or null. */
  readonly customerIdAlias?: string
  readonly email: string
  readonly businessUnit: string
  readonly profileId: string
  /** A name that is passed over whatever it holds. */
  readonly ignored?: string
}

/** One caller's way of writing a profile, in one workspace. */
export interface ProfileInputRules {
  readonly attributes: AttributeSchema
  readonly businessUnits: BusinessUnits
  readonly names: FieldNames
  /** `refused`: any that is not null is a fault (C61). */
  readonly customerId: 'required' | 'refused'
  readonly email: 'required' | 'optional'
  /** Whether a name that no attribute has is passed over when its value is null (C48). */
  readonly passesUnknownNulls: boolean
}

/** A profile as a caller wants it, checked; what is `undefined` stays as it is. */
export interface ProfileInput {
  readonly customerId: string | undefined
  readonly email: string | undefined
  /** In the workspace's spelling; null removes it. */
  readonly businessUnit: string | null | undefined
  /** The profile's own id as the caller knows it, in any spelling; `undefined` where it was absent or null. */
  readonly profileId: string | undefined
  /** Attributes with a value. Holds names of the attribute schema only. */
  readonly set: Readonly<Record<string, AttributeValue>>
  /** Attributes that are to have no value. */
  readonly clear: readonly string[]
}

export type ProfileInputResult =
  | {
      readonly input: ProfileInput
      /** A null was passed over, because the workspace has no such attribute (C48). */
      readonly passedUnknown?: true
      readonly faults?: never
    }
  | { readonly input?: never; readonly passedUnknown?: never; readonly faults: readonly ProfileFault[] }

/**
 * Checks a parsed JSON object against the workspace and one caller's rules (crossengage sections 5 and 6, S10,
 * S36). Gives the input, or all faults together: a fault is found whatever the other fields hold (C5), and one
 * place has at most one. Never throws, whatever the object holds.
 */
export function readProfileInput(value: JsonObject, rules: ProfileInputRules): ProfileInputResult {
  const { passesUnknownNulls } = rules
  const reading: Reading = { faults: [], passesUnknownNulls, passedUnknown: false, nestedObjects: 0 }
  if (isJsonLargerThan(value, maxProfileBytes)) {
    addFault(reading, { code: 'profile-too-large', path: [], name: '', limitBytes: maxProfileBytes })
  }
  const customerId = customerIdOf(value, rules, reading)
  const email = emailOf(value, rules, reading)
  const businessUnit = businessUnitOf(value, rules, reading)
  const profileId = profileIdOf(value, rules, reading)
  const set: Record<string, AttributeValue> = {}
  const clear: string[] = []
  for (const name of Object.keys(value)) {
    if (isFieldName(name, rules.names)) continue
    const sent = value[name]
    const attribute = rules.attributes.get(name)
    if (attribute === undefined) {
      refuseUnknown(sent, [name], name, reading)
    } else if (sent === null) {
      clear.push(name)
    } else {
      const read = readAttribute(attribute, sent, reading)
      if (read !== undefined) set[name] = read
    }
  }
  if (reading.faults.length > 0) return { faults: reading.faults }
  const input = { customerId, email, businessUnit, profileId, set, clear }
  return reading.passedUnknown ? { input, passedUnknown: true } : { input }
}

/** The customer id alone, where nothing else of the object is looked at (C23). */
export function readCustomerIdOf(value: JsonObject, names: FieldNames): string | ProfileFault {
  const name = customerIdName(value, names)
  return readCustomerId(value[name], name)
}

function customerIdName(value: JsonObject, { customerId, customerIdAlias }: FieldNames): string {
  if (customerIdAlias === undefined) return customerId
  return isAbsent(value[customerId]) && !isAbsent(value[customerIdAlias]) ? customerIdAlias : customerId
}

function customerIdOf(value: JsonObject, rules: ProfileInputRules, reading: Reading): string | undefined {
  if (rules.customerId === 'refused') {
    const name = rules.names.customerId
    if (!isAbsent(value[name])) addFault(reading, { code: 'customer-id-not-allowed', path: [name], name })
    return undefined
  }
  const read = readCustomerIdOf(value, rules.names)
  if (typeof read === 'string') return read
  addFault(reading, read)
  return undefined
}

function emailOf(value: JsonObject, rules: ProfileInputRules, reading: Reading): string | undefined {
  const name = rules.names.email
  const email = value[name]
  if (typeof email === 'string' && isEmail(email)) return email
  if (!isAbsent(email)) addFault(reading, emailFault(email, name))
  else if (rules.email === 'required') addFault(reading, { code: 'required', path: [name], name })
  return undefined
}

function emailFault(email: unknown, name: string): ProfileFault {
  const path = [name]
  if (typeof email !== 'string') return { code: 'not-text', path, name }
  if (email === '') return { code: 'empty-email', path, name }
  if (holdsInvalidCharacter(email)) return { code: 'invalid-character', path, name }
  return { code: 'malformed-email', path, name, value: email }
}

function businessUnitOf(
  value: JsonObject,
  rules: ProfileInputRules,
  reading: Reading,
): string | null | undefined {
  const name = rules.names.businessUnit
  const sent = value[name]
  if (sent === undefined) return undefined
  const unit = readBusinessUnit(sent, rules.businessUnits)
  if (unit === undefined)
    addFault(reading, { code: 'malformed-business-unit', path: [name], name, value: sent })
  return unit
}

/** Any text that can be stored: whether it is this profile's id is known only when the change is applied (C14). */
function profileIdOf(value: JsonObject, rules: ProfileInputRules, reading: Reading): string | undefined {
  const name = rules.names.profileId
  const sent = value[name]
  if (isAbsent(sent)) return undefined
  if (typeof sent !== 'string') addFault(reading, { code: 'not-text', path: [name], name })
  else if (!holdsInvalidCharacter(sent)) return sent
  else addFault(reading, { code: 'invalid-character', path: [name], name })
  return undefined
}

function isFieldName(name: string, names: FieldNames): boolean {
  return (
    name === names.customerId ||
    name === names.email ||
    name === names.businessUnit ||
    name === names.profileId ||
    name === names.customerIdAlias ||
    name === names.ignored
  )
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null
}
