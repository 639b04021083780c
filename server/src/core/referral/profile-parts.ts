import { type ProfilePart, rowsOfProfile } from '../profiles/profile-part.ts'
import { advocatesPart, friendsPart } from './move-attributions.ts'
import { shareCodesPart } from './move-share-codes.ts'

/** What referral keeps of a profile. */
export const referralParts: readonly ProfilePart[] = [
  shareCodesPart,
  rowsOfProfile('shares', { key: ['number'] }),
  friendsPart,
  advocatesPart,
]
