import type { AttributeType } from '../../core/profiles/attribute-type.ts'

/** What the API calls the types, in v1's attribute registry and in the details of code 3. */
export const attributeTypeNames = {
  string: 'STRING',
  integer: 'INTEGER',
  float: 'FLOAT',
  datetime: 'DATETIME',
  boolean: 'BOOLEAN',
  array: 'ARRAY',
  object: 'OBJECT',
} as const satisfies Record<AttributeType, string>
