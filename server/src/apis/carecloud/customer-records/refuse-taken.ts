import type { SourcePair } from '../../../core/customer-sources/source-record.ts'
import type { GivenProperty } from '../../../core/properties/property-record.ts'
import { badRequest, type CareCloudError } from '../errors/carecloud-error.ts'
import { type InvalidParam, invalidParam } from '../errors/invalid-param.ts'

/** A value of a unique definition that another owner has (L55). */
export function takenValue({ value }: GivenProperty, index?: number): InvalidParam {
  const place = { name: 'property_value', ...(index === undefined ? {} : { index }) }
  return invalidParam(place, 'already_exists', value)
}

/** Values of unique definitions, of these properties, that other owners have (L55). */
export function refuseTaken(
  records: readonly GivenProperty[],
  propertyIds: readonly string[],
): CareCloudError {
  const taken = records.filter(({ definition }) => propertyIds.includes(definition.id))
  return badRequest(taken.map((record) => takenValue(record)))
}

/** A pair that a customer has already (L44). */
export function takenSource({ sourceId, externalId }: SourcePair): InvalidParam {
  const place = { name: externalId === null ? 'customer_source_id' : 'external_id' }
  return invalidParam(place, 'already_exists', externalId ?? sourceId, 'Contact source already exists')
}
