import { type Address, addressParts, type BindableField, type Gender, genders } from './standard-fields.ts'

/** Which attribute is which field (`customerData.standardFields`), as SQL takes it too. */
export type FieldBindings = Readonly<Partial<Record<BindableField, string>>> & {
  /** Of a bound address: which field of the attribute is which part. */
  readonly address_parts?: Readonly<Record<string, string>>
}

export function bindsAnything(bindings: FieldBindings): boolean {
  return Object.keys(bindings).length > 0
}

/** The parts of an address that an attribute with these fields can hold. */
export function addressPartsOf(attributeFields: readonly string[]): Readonly<Record<string, string>> {
  const parts = addressParts.flatMap((part) => (attributeFields.includes(part) ? [[part, part]] : []))
  const country = attributeFields.includes('countryCode') ? { country_code: 'countryCode' } : {}
  return { ...Object.fromEntries(parts), ...country }
}

const phone = /^\+[1-9][0-9]{5,14}$/
const dateAtStart = /^(?!0000)(\d{4}-\d\d-\d\d)(?:T|$)/

/**
 * The value that an attribute gives its field (L60), as the functions `standard_…` of the database say it: text as it
 * is, of a datetime its date; whatever does not fit is null.
 */
export function fieldOfAttribute(field: Exclude<BindableField, 'address'>, value: unknown): string | null {
  if (typeof value !== 'string' || value === '') return null
  switch (field) {
    case 'gender':
      return genders.includes(value as Gender) ? value : null
    case 'phone':
      return phone.test(value) ? value : null
    case 'birthdate':
      return dateOf(value)
    default:
      return value
  }
}

function dateOf(text: string): string | null {
  const date = dateAtStart.exec(text)?.[1]
  if (date === undefined) return null
  const time = Date.parse(`${date}T00:00:00Z`)
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== date ? null : date
}

/** The same for an address: those of its parts that the attribute can hold. */
export function addressOfAttribute(parts: Readonly<Record<string, string>>, value: unknown): Address {
  if (typeof value !== 'object' || value === null) return {}
  const held = new Map(Object.entries(value))
  return Object.fromEntries(
    Object.entries(parts).flatMap(([part, field]) => {
      const text: unknown = held.get(field)
      return typeof text === 'string' && text !== '' ? [[part, text]] : []
    }),
  )
}
