/** Why a parameter is refused (L43, and what the tables of section 9 name). */
export type Reason =
  | 'required'
  | 'empty'
  | 'not_found'
  | 'not_allowed_value'
  | 'invalid_value_format'
  | 'already_exists'
  | 'relation_already_exists'
  | 'not_belong_to_logged_in_customer'
  | 'deleted'
  | 'card_is_blocked'
  | 'customer_cant_pay_by_credits'
  | 'customer_cant_pay_by_points'
  | 'item_price_lower_than_paid_amount'
  | 'max_number_of_voucher_exceeded'
  | 'not_enough_points_for_payment'
  | 'not_enough_points_for_voucher'
  | 'voucher_already_applied'
  | 'voucher_already_used'
  | 'voucher_assigned_to_another_customer'
  | 'voucher_cant_be_applied_by_date'
  | 'voucher_cant_be_used_in_store'
  | 'voucher_expired'
  | 'voucher_not_allowed_in_store'

/** One entry of `invalid_params` (L42). */
export interface InvalidParam {
  /** The leaf field's name, as the client wrote it. */
  readonly name: string
  readonly reason: Reason
  /** What was sent, as text; null: nothing, or a secret. */
  readonly value: string | null
  readonly message: string
  /** Which entry of a batch, or item of a bill, from 0. */
  readonly index?: number
}

/** Where a value stands: its field, and the entry of the list it is part of. */
export interface Place {
  readonly name: string
  readonly index?: number
}

const sentences: Partial<Record<Reason, string>> = {
  required: 'is required',
  empty: 'is empty',
  not_found: 'was not found',
  not_allowed_value: 'has a value that is not allowed',
  invalid_value_format: 'has a value of a wrong form',
  already_exists: 'already exists',
  relation_already_exists: 'is one that the customer has already',
  not_belong_to_logged_in_customer: 'does not belong to the logged-in customer',
  deleted: 'is deleted',
}

const mostShownCharacters = 500

/**
 * An entry of `invalid_params`; `value` is what was sent, whatever it is. Another `message` than the reason's own
 * where a statement words it (L44), or where more can be said of what is wanted.
 */
export function invalidParam(place: Place, reason: Reason, value: unknown, message?: string): InvalidParam {
  const { name, index } = place
  return {
    name,
    reason,
    value: name === 'password' ? null : shown(value),
    message: message ?? sentence(name, reason),
    ...(index === undefined ? {} : { index }),
  }
}

function sentence(name: string, reason: Reason): string {
  const predicate = sentences[reason]
  return predicate === undefined ? capitalised(words(reason)) : sayOf(name, predicate)
}

/** A sentence about a field: `sayOf('valid_to', 'must be a date')`. */
export function sayOf(name: string, predicate: string): string {
  return `${capitalised(words(name))} ${predicate}`
}

function words(name: string): string {
  return name.replaceAll('_', ' ')
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** A value as text, cut where it is long; null: none. */
export function shown(value: unknown): string | null {
  if (value === undefined || value === null) return null
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.slice(0, mostShownCharacters)
}
