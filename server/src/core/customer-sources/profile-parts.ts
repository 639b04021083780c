import { oneRowOfEach } from '../profiles/one-row-of-each.ts'
import type { ProfilePart } from '../profiles/profile-part.ts'

/** Sources are united by a merge, one without external id once; the identifiers move by themselves. */
export const sourceParts: readonly ProfilePart[] = [
  oneRowOfEach('source_records', { key: ['number'], of: ['source_id', 'external_id'] }),
]
