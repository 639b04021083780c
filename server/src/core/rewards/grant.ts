import type { Hundredths } from '../amounts/hundredths.ts'
import type { Reward } from '../workspaces/file/sections/rewards.ts'

/** What a reward is worth: kept with the grant, since the catalogue may change later. */
export interface Worth {
  readonly kind: Reward['kind']
  readonly value?: number
  readonly currency?: string
  readonly percent?: number
  readonly points?: number
  readonly pointType?: string
  readonly tags: readonly string[]
}

/** In a referral: who brought, and who was brought. */
export type GrantRole = 'advocate' | 'friend'

/** One reward issued to one profile. Expiry is no state: it follows from `expiresAt`. */
export interface Grant {
  /** The id that wires show, as text (S8). */
  readonly number: string
  readonly rewardId: string
  readonly profileId: string
  /** Null: the profile was erased. */
  readonly profileNumber: string | null
  readonly campaignId: string | null
  readonly role: GrantRole | null
  readonly bindingId: string | null
  readonly eventNumber: string | null
  readonly worth: Worth
  readonly code: string | null
  readonly state: 'issued' | 'redeemed' | 'withdrawn'
  readonly grantedAt: Date
  readonly expiresAt: Date | null
  readonly redeemedAt: Date | null
  readonly validFrom: Date
  readonly note: string | null
  /** Where it was redeemed. */
  readonly storeId: string | null
  readonly purchaseNumber: string | null
  /** What it took off the purchase in which it was redeemed, in hundredths. */
  readonly discount: Hundredths | null
  /** The movement of points that paid for it. */
  readonly costMovement: string | null
  readonly changedAt: Date
}

/** The worth that the catalogue gives a reward now. */
export function worthOf(reward: Reward, workspaceCurrency: string): Worth {
  const { kind, value, percent, points, pointType, tags } = reward
  return {
    kind,
    ...(value !== undefined && { value }),
    currency: reward.currency ?? workspaceCurrency,
    ...(percent !== undefined && { percent }),
    ...(points !== undefined && { points }),
    ...(pointType !== undefined && { pointType }),
    tags,
  }
}
