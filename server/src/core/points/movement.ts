import type { Hundredths } from '../amounts/hundredths.ts'

/** How points come to a customer: additions that count for a status (L103). */
export type EarnKind = 'addition' | 'purchase'

/** How a customer spends points. `grant`: for a reward. */
export type SpendKind = 'redemption' | 'payment' | 'grant'

/**
 * What a movement is; one for each text of L100, and `write-off`, which nobody sees: it ends the points of a profile
 * that is erased (S20). `cancellation` and `grant-refund` reverse another movement; `expiry` and `debt-settlement`
 * follow by themselves.
 */
export type MovementKind =
  | EarnKind
  | SpendKind
  | 'cancellation'
  | 'grant-refund'
  | 'transfer'
  | 'synchronisation'
  | 'expiry'
  | 'debt-settlement'
  | 'write-off'

/** A movement of one profile's points of one type, as it was booked. Nothing of it changes afterwards. */
export interface Movement {
  /** The id that wires show, as text (S8). */
  readonly number: string
  readonly kind: MovementKind
  readonly profileId: string
  readonly pointTypeId: string
  /** Signed: what the balance changed by. */
  readonly amount: Hundredths
  /**
   * Signed: what it changes the qualifying points by (L103). A cancellation takes back all that the purchase earned,
   * with the debt it left, whatever it changed the balance by.
   */
  readonly qualifying: Hundredths
  readonly bookedAt: Date
  /** When what it adds or takes back counts: the booking, and of a reversal the booking of what it reverses. */
  readonly countedAt: Date
}

/** What a movement is for: all of it is kept with it and none of it is interpreted here. */
export interface Purpose {
  readonly note?: string | null | undefined
  /** Absent: the first partner of the workspace (S29). */
  readonly partnerId?: string | undefined
  readonly storeId?: string | undefined
  /** The number of the purchase that it belongs to. */
  readonly purchaseNumber?: string | undefined
  /** The number of the grant that it pays for, or comes from. */
  readonly grantNumber?: string | undefined
}
