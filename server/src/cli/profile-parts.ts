import { addressParts } from '../core/addresses/profile-parts.ts'
import { cardParts } from '../core/cards/profile-parts.ts'
import { consentParts } from '../core/consents/profile-parts.ts'
import { sourceParts } from '../core/customer-sources/profile-parts.ts'
import { customerTokenParts } from '../core/customer-tokens/profile-parts.ts'
import { eventParts } from '../core/events/profile-parts.ts'
import { identityParts } from '../core/identity/identity-parts.ts'
import { interestParts } from '../core/interests/profile-parts.ts'
import { mailPart } from '../core/mail/mail-part.ts'
import { partnerRelationParts } from '../core/partner-relations/profile-parts.ts'
import { passwordParts } from '../core/passwords/profile-parts.ts'
import { pointParts } from '../core/points/profile-parts.ts'
import { pollingParts } from '../core/pollings/pollings.ts'
import type { ProfilePart } from '../core/profiles/profile-part.ts'
import { propertyParts } from '../core/properties/profile-parts.ts'
import { purchaseParts } from '../core/purchases/profile-parts.ts'
import { referralParts } from '../core/referral/profile-parts.ts'
import { rewardParts } from '../core/rewards/profile-parts.ts'
import { segmentParts } from '../core/segments/profile-parts.ts'
import { type StatusPartsOptions, statusParts } from '../core/statuses/profile-parts.ts'

/**
 * Everything that nouns keep of a profile: it moves when profiles merge, in this order, and back in the opposite one; and
 * it ends with them.
 */
export function listProfileParts(options: StatusPartsOptions): readonly ProfilePart[] {
  return [
    ...identityParts,
    ...eventParts,
    ...rewardParts,
    ...referralParts,
    ...pollingParts,
    ...segmentParts,
    ...consentParts,
    ...propertyParts,
    ...interestParts,
    ...sourceParts,
    ...addressParts,
    ...partnerRelationParts,
    ...cardParts,
    ...statusParts(options),
    ...pointParts,
    ...purchaseParts,
    ...customerTokenParts,
    ...passwordParts,
    mailPart,
  ]
}
