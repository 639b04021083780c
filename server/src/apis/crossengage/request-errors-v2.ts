import { type ErrorV2, errorV2, invalidField } from './error-v2.ts'
import { groupDigits } from './group-digits.ts'
import { jsonPointer } from './json-pointer.ts'
import { quote } from './quote.ts'

/** Faults of a request as a whole, and of a batch's shape (section 4, C25, C27). */

export type BatchArray = 'updated' | 'deleted'

export function invalidJson(): ErrorV2 {
  return errorV2('1', 'Request body is not valid JSON', '')
}

export function bodyNotObject(): ErrorV2 {
  return invalidField('"body"', '')
}

export function notAnArray(array: BatchArray): ErrorV2 {
  return invalidField(quote(array), jsonPointer([array]))
}

/** A name other than the two arrays. */
export function unknownBatchName(name: string): ErrorV2 {
  return invalidField(quote(name), jsonPointer([name]))
}

export function entryNotObject(array: BatchArray, index: number): ErrorV2 {
  return invalidField(quote(array), jsonPointer([array, index]))
}

/** Code 9, or `undefined` for a batch that is within the limit over both arrays together. */
export function batchTooLarge(updated: number, deleted: number): ErrorV2 | undefined {
  const size = updated + deleted
  if (size <= maxBatchSize) return undefined
  const array = deleted > maxBatchSize && updated <= maxBatchSize ? 'deleted' : 'updated'
  const details = `Max batch request size is ${groupDigits(maxBatchSize)}, but was ${groupDigits(size)}`
  return errorV2('9', details, jsonPointer([array]))
}

const maxBatchSize = 1_000

export function bodyTooLarge(limitBytes: number): ErrorV2 {
  return invalidField('"body"', '', `: larger than ${groupDigits(limitBytes)} bytes`)
}

export function invalidVersion(): ErrorV2 {
  return invalidField('"X-XNG-ApiVersion"', '')
}

export function invalidIdempotencyKey(): ErrorV2 {
  return invalidField('"Idempotency-Key"', '')
}

export function reusedIdempotencyKey(): ErrorV2 {
  return invalidField('"Idempotency-Key"', '', ': already used with another request')
}
