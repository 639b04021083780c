import { oneRowOfEach } from '../profiles/one-row-of-each.ts'
import { type ProfilePart, rowsOfProfile } from '../profiles/profile-part.ts'

/**
 * What consents keep of a profile. Those of a merged one fill gaps (S19): where both spoke of one, what the survivor
 * said stays.
 */
export const consentParts: readonly ProfilePart[] = [
  oneRowOfEach('consents', { key: ['consent_id'], of: ['consent_id'] }),
  rowsOfProfile('consent_changes', { key: ['number'] }),
]
