import type { Caller } from './call.ts'

/** A customer as a request names one: the profile, and the number that is its `customer_id` (L59). */
export interface CustomerRef {
  readonly profileId: string
  readonly number: string
}

/** Whose records a caller may see and change (L27). */
export type Reach =
  | { readonly all: true }
  | { readonly all: false; readonly customers: readonly CustomerRef[] }

/** Operators reach everybody; a token the customer who is logged in, else those it made itself (L27). */
export function reachOf(caller: Caller | undefined): Reach {
  if (caller?.kind === 'operator') return { all: true }
  if (!caller) return { all: false, customers: [] }
  return { all: false, customers: caller.loggedIn ? [caller.loggedIn] : caller.created }
}

export function reaches(reach: Reach, profileId: string | null): boolean {
  return reach.all || reach.customers.some((customer) => customer.profileId === profileId)
}

/**
 * The profiles that a list is limited to (L30): the one it was asked for, else all that the caller reaches; undefined:
 * no limit.
 */
export function listedProfiles(reach: Reach, asked: CustomerRef | undefined): readonly string[] | undefined {
  if (asked) return [asked.profileId]
  return reach.all ? undefined : reach.customers.map(({ profileId }) => profileId)
}
