import { type ProfilePart, rowsOfProfile } from '../profiles/profile-part.ts'
import { friendsPart } from './move-attributions.ts'
import { shareCodesPart } from './move-share-codes.ts'

/** What referral keeps of a profile. */
export const referralParts: readonly ProfilePart[] = [
  shareCodesPart,
  rowsOfProfile('shares', { key: ['number'] }),
  friendsPart,
  rowsOfProfile('attributions', { key: ['friend_id', 'campaign_id'], column: 'advocate_id' }),
]
