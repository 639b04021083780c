import { oneRowOfEach } from '../profiles/one-row-of-each.ts'
import type { ProfilePart } from '../profiles/profile-part.ts'

/** Interests are united by a merge, each once. */
export const interestParts: readonly ProfilePart[] = [
  oneRowOfEach('interest_records', { key: ['number'], of: ['interest_id'] }),
]
