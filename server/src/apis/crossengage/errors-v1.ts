import type { ProfileFault, ProfileFaultCode } from '../../core/profiles/profile-fault.ts'
import type { BatchArray } from './request-errors-v2.ts'

type ErrorTypeV1 = 'NOT_NULL' | 'WRONG_VALUE' | 'WRONG_FORMAT' | 'UNKNOWN_VALUE' | 'user_IDS_MISMATCH'

/** An error as v1 answers it, in a user's result or alone (section 8.1). */
export interface ErrorV1 {
  /** Bare name, or the place inside an attribute with dots: `children.0.age`. */
  readonly field: string
  readonly type: ErrorTypeV1
}

/** v1's answer to a request as a whole; `message` is the details of v2's error. */
export interface MessageV1 {
  /** Equals the header `X-Request-ID`. */
  readonly requestId: string
  readonly message: string
}

const faultTypes = {
  required: 'NOT_NULL',
  'empty-customer-id': 'NOT_NULL',
  'empty-email': 'WRONG_FORMAT',
  'not-text': 'WRONG_VALUE',
  'customer-id-too-long': 'WRONG_VALUE',
  'customer-id-not-allowed': 'WRONG_VALUE',
  'invalid-character': 'WRONG_VALUE',
  'malformed-email': 'WRONG_FORMAT',
  'malformed-business-unit': 'WRONG_VALUE',
  'unknown-attribute': 'UNKNOWN_VALUE',
  'wrong-type': 'WRONG_VALUE',
  'malformed-phone': 'WRONG_FORMAT',
  'text-too-large': 'WRONG_VALUE',
  'too-many-objects': 'WRONG_VALUE',
  'profile-too-large': 'WRONG_VALUE',
} as const satisfies Record<ProfileFaultCode, ErrorTypeV1>

export function presentFaultV1(fault: ProfileFault): ErrorV1 {
  const field = fault.path.length === 0 ? 'user' : fault.path.join('.')
  return { field, type: faultTypes[fault.code] }
}

/** An entry of a batch that is no object; the field is the array, as in v2. */
export function entryNotObjectV1(array: BatchArray): ErrorV1 {
  return { field: array, type: 'WRONG_VALUE' }
}

/** Identifiers that contradict each other: the path's and the body's id (C45), or what is stored (C46). */
export function idsMismatchV1(field: 'id' | 'email' | 'xngId'): ErrorV1 {
  return { field, type: 'user_IDS_MISMATCH' }
}

export function messageV1(requestId: string, message: string): MessageV1 {
  return { requestId, message }
}
