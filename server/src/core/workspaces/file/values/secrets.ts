import { Type } from 'typebox'
import { matchingText } from './shapes.ts'

/** Secret of a workspace key: visible characters, as it travels in headers (X13), and too long to be guessed at. */
export const KeySecret = matchingText(
  /^[\x21-\x7e]{8,200}$/,
  'must be 8 to 200 visible ASCII characters without blanks',
)

/** Key of an exchange endpoint. A partner may bring it from elsewhere, so the contract's bounds are all there is. */
export const EndpointKey = matchingText(
  /^[\x21-\x7e]{1,200}$/,
  'must be 1 to 200 visible ASCII characters without blanks',
)

export const Password = Type.String({ minLength: 8, maxLength: 200 })

/** True for `whsec_` and 24 to 64 bytes in base64, as Standard Webhooks wants it (S32). */
export function isStandardWebhookSecret(secret: string): boolean {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1]
  if (encoded === undefined) return false
  const bytes = Buffer.from(encoded, 'base64')
  // Buffer skips what is no base64; what comes back unchanged was all of it.
  return bytes.toString('base64') === encoded && bytes.length >= 24 && bytes.length <= 64
}
