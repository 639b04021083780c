import { type ProfilePart, rowsOfProfile } from '../profiles/profile-part.ts'

/** What events keep of a profile. */
export const eventParts: readonly ProfilePart[] = [rowsOfProfile('events', { key: ['received_at', 'id'] })]
