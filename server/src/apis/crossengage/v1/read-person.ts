import { type BusinessUnits, readBusinessUnit } from '../../../core/profiles/business-unit.ts'
import { readCustomerId } from '../../../core/profiles/customer-id.ts'
import { emailKey, isEmail } from '../../../core/profiles/email.ts'
import type { JsonObject } from '../../../core/profiles/json-object.ts'
import { holdsInvalidCharacter } from '../../../core/profiles/text.ts'
import { type ErrorV1, presentFaultV1 } from '../errors-v1.ts'

/** Whom an event is about, in the words of an operation: an id, or an e-mail in compare form. */
export type NamedPerson =
  | { readonly customer: string }
  | { readonly email_key: string; readonly unit?: string }

/**
 * Reads who is named by `id` (or `externalId`), else by `email` with or without business unit (C64); by an id the
 * other fields are not looked at. A business unit that is null or empty is none sent (C20).
 */
export function readPerson(
  body: JsonObject,
  businessUnits: BusinessUnits,
): { readonly person: NamedPerson; readonly error?: never } | { readonly error: ErrorV1 } {
  const idName = isAbsent(body.id) && !isAbsent(body.externalId) ? 'externalId' : 'id'
  if (!isAbsent(body[idName])) {
    const customer = readCustomerId(body[idName], idName)
    return typeof customer === 'string' ? { person: { customer } } : { error: presentFaultV1(customer) }
  }
  const { email } = body
  if (isAbsent(email)) return { error: { field: 'id', type: 'NOT_NULL' } }
  if (typeof email !== 'string' || holdsInvalidCharacter(email)) {
    return { error: { field: 'email', type: 'WRONG_VALUE' } }
  }
  if (!isEmail(email)) return { error: { field: 'email', type: 'WRONG_FORMAT' } }
  const unit = readBusinessUnit(body.businessUnit ?? null, businessUnits)
  if (unit === undefined) return { error: { field: 'businessUnit', type: 'WRONG_VALUE' } }
  return { person: { email_key: emailKey(email), ...(unit === null ? {} : { unit }) } }
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null
}
