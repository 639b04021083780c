import { type ErrorV2, errorV2 } from './error-v2.ts'
import { quote } from './quote.ts'

/**
 * Faults found while a change is applied, as the tracking object's details show them (C12, C14, C35). `prefix`
 * is the JSON pointer of the user in the request body. What failed otherwise is `processingFailed`.
 */

export function emailTaken(
  taken: { readonly email: string; readonly customerId: string; readonly businessUnit: string | null },
  prefix = '',
): ErrorV2 {
  const unit = taken.businessUnit ? ` in business unit ${quote(taken.businessUnit)}` : ''
  const details = `Email ${quote(taken.email)} already belongs to user ${quote(taken.customerId)}${unit}`
  return errorV2('7', details, `${prefix}/email`)
}

export function xngIdMismatch(
  mismatch: { readonly sent: string; readonly customerId: string },
  prefix = '',
): ErrorV2 {
  const details = `xngId ${quote(mismatch.sent)} is not the xngId of user ${quote(mismatch.customerId)}`
  return errorV2('7', details, `${prefix}/xngId`)
}
