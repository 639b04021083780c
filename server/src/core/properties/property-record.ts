import type { PropertyDefinition } from '../workspaces/file/sections/loyalty.ts'

/** What has property records, and by which id: a customer its profile, the others their number. */
export interface PropertyOwner {
  readonly kind: Extract<PropertyDefinition['owner'], 'customer' | 'event' | 'purchase' | 'voucher'>
  readonly id: string
  /** The profile with which the records of an event end. */
  readonly endsWith?: string
}

/**
 * A value for a property, in the form in which the workspace file writes it: a date as `YYYY-MM-DD`, a timestamp with
 * its zone, an enum as the id of its choice, a multiselect as a list of such; null where none was given (L55).
 */
export interface GivenProperty {
  readonly definition: Pick<PropertyDefinition, 'id' | 'unique'>
  readonly value: unknown
}

/** One for each property and owner (L54). */
export interface PropertyRecord {
  readonly propertyId: string
  readonly value: unknown
  readonly changedAt: Date
}

export function ofProfile(profileId: string): PropertyOwner {
  return { kind: 'customer', id: profileId }
}
