import { oneRowOfEach } from '../profiles/one-row-of-each.ts'
import { type ProfilePart, rowsOfProfile } from '../profiles/profile-part.ts'

/**
 * Properties of customers are united by a merge, and end with them; those of events follow their event. Those of
 * purchases and vouchers name nobody: they stay as these do (S20).
 */
export const propertyParts: readonly ProfilePart[] = [
  oneRowOfEach('property_records', {
    column: 'owner_id',
    columnType: 'text',
    where: `t.owner_kind = 'customer'`,
    key: ['owner_kind', 'property_id'],
    of: ['property_id'],
    silent: ['unique_key', 'changed_at'],
  }),
  rowsOfProfile('property_records', { key: ['owner_kind', 'owner_id', 'property_id'] }),
]
