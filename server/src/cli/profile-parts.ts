import { eventParts } from '../core/events/profile-parts.ts'
import { identityParts } from '../core/identity/identity-parts.ts'
import { mailPart } from '../core/mail/mail-part.ts'
import { pollingParts } from '../core/pollings/pollings.ts'
import type { ProfilePart } from '../core/profiles/profile-part.ts'
import { referralParts } from '../core/referral/profile-parts.ts'
import { rewardParts } from '../core/rewards/profile-parts.ts'
import { segmentParts } from '../core/segments/profile-parts.ts'

/** Everything that nouns keep of a profile: it moves when profiles merge, and ends with them. */
export const profileParts: readonly ProfilePart[] = [
  ...identityParts,
  ...eventParts,
  ...rewardParts,
  ...referralParts,
  ...pollingParts,
  ...segmentParts,
  mailPart,
]
