import type { FieldNames } from '../profiles/read-profile-input.ts'

/** What the fields that are no attributes are called in files of customers, in both directions. */
export const fieldNames: FieldNames = {
  customerId: 'id',
  profileId: 'profileId',
  email: 'email',
  businessUnit: 'businessUnit',
}
