import type { PropertyDefinition } from '../workspaces/file/sections/loyalty.ts'

/** What has property records, and by which id: a customer its profile, the others their number. */
export type PropertyOwner =
  | {
      readonly kind: Extract<PropertyDefinition['owner'], 'customer' | 'purchase' | 'voucher'>
      readonly id: string
    }
  | PropertyEvent

/** Its records end with the event: with that profile, or with the month in which it was received. */
interface PropertyEvent {
  readonly kind: Extract<PropertyDefinition['owner'], 'event'>
  readonly id: string
  readonly endsWith: string
  readonly receivedAt: Date
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
