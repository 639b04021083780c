import type { OperationFailure } from '../../ingest/operation.ts'
import type { ProfileFault } from '../../profiles/profile-fault.ts'
import type { RowFault } from '../source/source-row.ts'

/** Why a row, or a value of it, did not go in. */
export interface Reject {
  /** The line on which the row begins, from 1. */
  readonly line: number
  /** As the file calls it; empty where the whole row is at fault. */
  readonly field: string
  /** For a person: what the field is or is not; a whole sentence where there is no field. */
  readonly reason: string
  readonly value: string
}

/** Says why a row could not be read. */
export function rowFaultReason(fault: RowFault): string {
  switch (fault.code) {
    case 'not-utf8':
      return 'the row is not UTF-8'
    case 'line-too-long':
      return `the line is longer than ${inMebibytes(fault.limitBytes)}`
    case 'quote-not-closed':
      return 'a quoted value begins here and does not end'
    case 'text-after-quote':
      return 'there is text behind the closing quote of a value; a quote within a value is written twice'
    case 'cell-count':
      return `the row has ${fault.found} cells and the header has ${fault.expected}`
    case 'not-json':
      return 'the line is not JSON'
    case 'not-an-object':
      return 'the line is not a JSON object'
  }
}

/** Says why a profile was refused (crossengage sections 5 and 6, in other words). */
export function profileFaultReason(fault: ProfileFault): string {
  switch (fault.code) {
    case 'required':
      return 'the row has neither an id nor an e-mail address'
    case 'empty-customer-id':
      return 'the id is empty'
    case 'empty-email':
      return 'the e-mail address is empty'
    case 'not-text':
      return 'is not text'
    case 'customer-id-too-long':
      return `is longer than ${fault.limitCharacters} characters`
    case 'customer-id-not-allowed':
      return 'may not be there'
    case 'invalid-character':
      return 'holds a character that cannot be stored'
    case 'malformed-email':
      return 'is not an e-mail address'
    case 'malformed-business-unit':
      return "is none of the workspace's business units"
    case 'unknown-attribute':
      return 'is no field of the workspace'
    case 'wrong-type':
      return expectations[fault.expected]
    case 'malformed-phone':
      return 'is not a phone number with country code, such as +420221634695'
    case 'text-too-large':
      return `is longer than ${fault.limitBytes / 1024} KiB`
    case 'too-many-objects':
      return `brings the row over ${fault.limit} nested objects`
    case 'profile-too-large':
      return `the row is larger than ${inMebibytes(fault.limitBytes)}`
  }
}

const expectations = {
  string: 'is not text',
  integer: 'is not a whole number',
  float: 'is not a number, such as 12.5',
  boolean: 'is neither true nor false',
  datetime: 'is no date or time, such as 2026-05-31 or 2026-05-31T18:30:00Z',
  array: 'is not a JSON array',
  object: 'is not a JSON object',
} as const

/** Says why an accepted row failed while it was applied (C12, C14). */
export function failureReason(failure: OperationFailure): string {
  switch (failure.reason) {
    case 'email-taken': {
      const unit = failure.unit === undefined ? '' : ` in business unit ${failure.unit}`
      return `the e-mail address is taken by the user with the id ${failure.holder}${unit}`
    }
    case 'profile-mismatch':
      return 'the user with this id has another profile id'
    case 'not-applicable':
      return "the row could not be applied; the server's log says why"
  }
}

function inMebibytes(bytes: number): string {
  return `${bytes / 1024 / 1024} MiB`
}
