import { emailKey } from '../profiles/email.ts'
import type { ProfileInput } from '../profiles/read-profile-input.ts'
import type { UpsertOperation } from './operation.ts'

/**
 * The operation that stores a profile as a caller wants it.
 *
 * @param at where in its request it stood; absent where the request is this operation alone
 */
export function upsertOperation(
  input: ProfileInput,
  options: { readonly at?: string; readonly result?: true } = {},
): UpsertOperation {
  const { customerId, email, businessUnit, profileId, set, clear } = input
  const key = email === undefined ? undefined : emailKey(email)
  return {
    kind: 'upsert',
    ...(customerId === undefined ? {} : { customer: customerId }),
    ...(email === undefined ? {} : { email }),
    ...(key === undefined || key === email ? {} : { email_key: key }),
    ...(businessUnit === undefined ? {} : { unit: businessUnit ?? '' }),
    ...(profileId === undefined ? {} : { profile: profileId }),
    set,
    ...(clear.length === 0 ? {} : { clear }),
    ...options,
  }
}
