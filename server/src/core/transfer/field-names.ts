import type { FieldNames } from '../profiles/read-profile-input.ts'

const fieldNames: FieldNames = {
  customerId: 'id',
  profileId: 'profileId',
  email: 'email',
  businessUnit: 'businessUnit',
}

/**
 * What the fields that are no attributes are called in files of customers, in both directions. An attribute may be called
 * `profileId` as well (C51): beside one, the profile's own id has a name that no attribute can have.
 *
 * @param attributes names of the workspace's attributes
 */
export function fieldNamesBeside(attributes: Iterable<string>): FieldNames {
  for (const name of attributes) {
    if (name === fieldNames.profileId) return { ...fieldNames, profileId: 'tessera:profileId' }
  }
  return fieldNames
}
