import type { Hundredths } from '../amounts/hundredths.ts'
import type { EventSource } from '../events/event.ts'
import type { GivenProperty } from '../properties/property-record.ts'
import type { Bill } from './bill.ts'
import type { BenefitRefusal, WantedBenefit } from './find-benefits.ts'

export interface SendRequest {
  readonly bill: Bill
  readonly storeId: string
  readonly cashdeskNumber: string | null
  /** Undefined: anonymous, without points and benefits (L106). */
  readonly profileId: string | undefined
  readonly cardNumber: string | null
  readonly creditPoints: Hundredths
  readonly benefits: readonly WantedBenefit[]
  readonly propertyRecords: readonly GivenProperty[]
  /** Of the event that tells of it; sent only if it is one of the workspace's types. */
  readonly eventName: string
  readonly source: EventSource
  readonly now: Date
}

export type SendRefusal =
  | { readonly reason: 'bill-exists' | 'unknown-profile' | 'not-enough-points' | 'earns-too-much' }
  | { readonly reason: 'benefits'; readonly refusals: readonly BenefitRefusal[] }
  /** Unique properties whose values another purchase has (L55). */
  | { readonly reason: 'values-taken'; readonly propertyIds: readonly string[] }

export type SendResult =
  | { readonly purchase: string; readonly refusal?: never }
  | { readonly refusal: SendRefusal; readonly purchase?: never }

/** Whether it can be refused after a part of it is written: then its transaction is rolled back, and is its alone. */
export function standsAlone({ benefits, creditPoints, propertyRecords }: SendRequest): boolean {
  return benefits.length > 0 || creditPoints > 0 || propertyRecords.length > 0
}
