import type { CustomerRef } from '../reach.ts'
import type { Reader } from './reader.ts'
import { fault } from './reader.ts'
import { textOf } from './scalars.ts'

interface Naming {
  /** Somebody whom the caller does not reach may be named: `new_customer_id` of a transfer alone (L28). */
  readonly mayBeAnybody?: boolean
  /** Must be the customer of the path: `not_allowed_value` else (L75). */
  readonly ofPath?: boolean
  /** The customer interface may leave it out: the logged-in customer then (L30). */
  readonly orLoggedIn?: boolean
}

/**
 * The id of a customer. All ids of a request are looked up at once after it was read: the reference is good from the
 * moment that the handler is called. Who is unknown or out of reach is refused as L28 and L43 say; an unknown one in a
 * query that does not require it is nobody, so that a list is empty.
 */
export function customerId({
  mayBeAnybody = false,
  ofPath = false,
  orLoggedIn = false,
}: Naming = {}): Reader<CustomerRef> {
  return {
    schema: { type: 'string' },
    read(value, place, reading) {
      const sent = textOf(value)
      if (sent === undefined) return fault(reading, place, 'invalid_value_format', value, 'must be a text')
      const ref = { profileId: nobody, number: sent }
      const isRequired = orLoggedIn || reading.source === 'body'
      const { customers, faults } = reading
      customers.push({ sent, place, ref, mayBeAnybody, ofPath, isRequired, faults })
      return ref
    },
    missing: (_place, { loggedIn }) => (orLoggedIn ? loggedIn : undefined),
  }
}

/** The id of no profile: random ones are never it. */
const nobody = '00000000-0000-0000-0000-000000000000'

/** Whether the id that was sent is no customer's, where that was no fault. */
export function isUnknown({ profileId }: CustomerRef): boolean {
  return profileId === nobody
}
