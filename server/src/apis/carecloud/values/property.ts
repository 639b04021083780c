import type { GivenProperty, PropertyOwner } from '../../../core/properties/property-record.ts'
import type { PropertyDefinition } from '../../../core/workspaces/file/sections/loyalty.ts'
import type { CustomerRef } from '../reach.ts'
import { customerId } from './customer-id.ts'
import { anything, fault, isGiven, object, type Reader, required } from './reader.ts'
import { definedIn } from './references.ts'
import { flagOf, numberOf, textOf } from './scalars.ts'
import { dateOf, dateTimeOf } from './times.ts'

/**
 * A property record in a body: a property that this kind of owner has, and its value by the definition's type (L55). A
 * value that was not given is null.
 */
export function propertyRecord(owner: PropertyOwner['kind']): Reader<GivenProperty> {
  const fields = object({
    property_id: required(
      definedIn(({ loyalty }) => loyalty.properties.filter((property) => property.owner === owner)),
    ),
    property_value: anything,
    ...(owner === 'customer' ? { customer_id: customerOfPath } : {}),
  })
  return {
    schema: fields.schema,
    read(value, place, reading) {
      const read = fields.read(value, place, reading)
      // One that was refused lacks it, whatever its type says.
      const definition: PropertyDefinition | undefined = read?.property_id
      if (!read || !definition) return undefined
      const stored = storedValue(definition, read.property_value, reading.workspace.settings.timeZone)
      const at = { ...place, name: 'property_value' }
      if (stored === undefined) {
        return fault(reading, at, 'invalid_value_format', read.property_value, misfit(definition))
      }
      return { definition, value: stored }
    },
  }
}

/** What a value is said to be that cannot be one of the definition's type. */
export function misfit({ id, type }: PropertyDefinition): string {
  return `does not fit ${id}, which is of type ${type}`
}

/** Where the path names the customer, the body names the same (L75); else it names nobody. */
const customerOfPath: Reader<CustomerRef> = {
  ...customerId(),
  read: (value, place, reading) =>
    reading.customer ? customerId({ ofPath: true }).read(value, place, reading) : undefined,
}

/**
 * A value in the form in which it is kept; null: none was given (L46). Undefined: it cannot be one of the definition's
 * type.
 */
export function storedValue(
  { type, items = [] }: PropertyDefinition,
  sent: unknown,
  timeZone: string,
): unknown {
  if (!isGiven(sent)) return null
  switch (type) {
    case 'string':
      return textOf(sent)
    case 'integer':
      return Number.isSafeInteger(numberOf(sent)) ? numberOf(sent) : undefined
    case 'float':
      return numberOf(sent)
    case 'boolean':
      return flagOf(sent)
    case 'date':
      return dateOf(textOf(sent) ?? '', timeZone)
    case 'timestamp':
      return dateTimeOf(textOf(sent) ?? '', timeZone, 'start')?.toISOString()
    case 'enum': {
      const chosen = choicesOf(items, sent)
      return chosen === undefined || chosen.length > 1 ? undefined : (chosen[0] ?? null)
    }
    case 'multiselect':
      return choicesOf(items, sent)
    case 'custom':
      return sent
  }
}

/** The ids of what was chosen, one or a list of them; each as its id, or as the object in which it is answered. */
function choicesOf(items: NonNullable<PropertyDefinition['items']>, sent: unknown): string[] | undefined {
  const ids = [sent].flat().map((choice) => textOf(idOf(choice)))
  const known = ids.filter((id) => id !== undefined && items.some((item) => item.id === id))
  return known.length === ids.length ? [...new Set(known as string[])] : undefined
}

function idOf(choice: unknown): unknown {
  return typeof choice === 'object' && choice !== null && 'id' in choice ? choice.id : choice
}
