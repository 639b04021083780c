import type { Identity } from '../../core/identity/identifiers.ts'
import type { PersonFields } from '../../core/identity/person-fields.ts'
import { isCustomerId } from '../../core/profiles/customer-id.ts'
import { emailKey, isEmail } from '../../core/profiles/email.ts'
import type { JsonObject } from '../../core/profiles/json-object.ts'
import { isLongerThan } from '../../core/profiles/text.ts'
import { type ErrorCode, ExtoleError } from './errors.ts'
import { fieldOf } from './read-field.ts'

export const longestName = 50

/** The identifiers among fields; blank ones of an event are absent. Refuses what is no identifier (S10, E93). */
export function readIdentity(
  fields: JsonObject,
  refusals: { readonly email: ErrorCode; readonly blankIsAbsent: boolean },
): Identity {
  const email = identifierText(fields, 'email', refusals.blankIsAbsent)
  // What is no id at all is data, and names nobody (S10).
  const partnerUserId = isTextual(fieldOf(fields, 'partner_user_id'))
    ? identifierText(fields, 'partner_user_id', refusals.blankIsAbsent)
    : undefined
  if (email !== undefined && !isEmail(email.trim()))
    throw new ExtoleError(refusals.email, { email: email.slice(0, 255) })
  if (partnerUserId !== undefined && !isCustomerId(partnerUserId)) {
    throw new ExtoleError('partner_user_id_invalid_length', { partner_user_id: partnerUserId.slice(0, 255) })
  }
  return {
    ...(email === undefined ? {} : { email: emailKey(email) }),
    ...(partnerUserId === undefined ? {} : { partnerUserId }),
  }
}

/** Clients send numeric ids as numbers now and then. An e-mail that is neither text nor number is no address (E93). */
function identifierText(fields: JsonObject, name: string, blankIsAbsent: boolean): string | undefined {
  const value = fieldOf(fields, name)
  if (value === undefined) return undefined
  const text = isTextual(value) ? String(value) : JSON.stringify(value)
  return blankIsAbsent && text.trim() === '' ? undefined : text
}

function isTextual(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}

/** Names and locale of an event's data: what does not fit is left alone, an event is never refused for it (E34). */
export function readDataFields(data: JsonObject): PersonFields {
  const names = { first_name: 'first_name', last_name: 'last_name', locale: 'language' } as const
  return Object.fromEntries(
    Object.entries(names).flatMap(([name, field]) => {
      const value = fieldOf(data, name)
      const isFit = typeof value === 'string' && value.trim() !== '' && !isLongerThan(value, longestName)
      return isFit ? [[field, value]] : []
    }),
  )
}
