import { type ProfilePart, rowsOfProfile } from '../profiles/profile-part.ts'

/** Addresses beside the person's own follow a merge, and end with their profile. */
export const addressParts: readonly ProfilePart[] = [rowsOfProfile('profile_addresses', { key: ['number'] })]
