import type { AttributeType } from './attribute-type.ts'

/** Names and positions from the profile's object down to the value at fault; empty for the object itself. */
export type FaultPath = readonly (string | number)[]

interface FaultDetails {
  /** A customer id or e-mail that is absent or null where it is required. */
  required: unknown
  'empty-customer-id': unknown
  'empty-email': unknown
  /** A customer id, an e-mail or a profile id of another JSON type. */
  'not-text': unknown
  'customer-id-too-long': { readonly limitCharacters: number }
  /** A customer id where the caller may send none (C61). */
  'customer-id-not-allowed': unknown
  /** U+0000 or half a surrogate pair. */
  'invalid-character': unknown
  'malformed-email': { readonly value: string }
  'malformed-business-unit': { readonly value: unknown }
  'unknown-attribute': unknown
  'wrong-type': { readonly expected: AttributeType }
  'malformed-phone': { readonly value: string }
  'text-too-large': { readonly limitBytes: number }
  /** The attribute that brings the profile over its number of nested objects. */
  'too-many-objects': { readonly limit: number }
  'profile-too-large': { readonly limitBytes: number }
}

export type ProfileFaultCode = keyof FaultDetails

/**
 * Why a profile is refused. `name` is what is at fault in the words of the sender: a field as it was sent, an
 * attribute (`age`), a child attribute (`children.age`); empty for the whole profile.
 */
export type ProfileFault<Code extends ProfileFaultCode = ProfileFaultCode> = {
  [C in Code]: { readonly code: C; readonly path: FaultPath; readonly name: string } & FaultDetails[C]
}[Code]
