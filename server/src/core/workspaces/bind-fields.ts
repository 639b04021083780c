import type { AttributeSchema } from '../profiles/attribute-schema.ts'
import { addressPartsOf, type FieldBindings } from '../standard-fields/field-bindings.ts'
import { bindableFields } from '../standard-fields/standard-fields.ts'
import type { CustomerData } from './file/sections/customer-data.ts'

/** The bindings of a file that the registry can keep: an attribute that was deleted, or has another type, binds none. */
export function bindFields(
  standardFields: CustomerData['standardFields'],
  attributes: AttributeSchema,
): FieldBindings {
  const bindings: Record<string, string> = {}
  let parts: Readonly<Record<string, string>> | undefined
  for (const field of bindableFields) {
    const name = standardFields[field]
    const rule = name === undefined ? undefined : attributes.get(name)
    if (!rule) continue
    if (field === 'address') {
      if (rule.shape !== 'object') continue
      const texts = [...rule.fields].flatMap(([part, { type }]) => (type === 'string' ? part : []))
      parts = addressPartsOf(texts)
    } else if (
      rule.shape !== 'scalar' ||
      rule.scalar.type !== (field === 'birthdate' ? 'datetime' : 'string')
    ) {
      continue
    }
    bindings[field] = rule.name
  }
  return parts ? { ...bindings, address_parts: parts } : bindings
}
