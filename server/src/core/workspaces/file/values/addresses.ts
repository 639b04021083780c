import { isIP } from 'node:net'
import { type TSchemaOptions, Type } from 'typebox'
import { matchingText } from './shapes.ts'

/** A host as a request names it, without its port: `shop.example`, `127.0.0.1`, `::1`. Compared as it stands. */
export const Host = Type.Refine(
  Type.String(),
  isHost,
  () => 'must be a host name in lower case, without scheme, port and path, such as shop.example',
)

function isHost(text: string): boolean {
  if (isIP(text) !== 0) return true
  const labels = text.split('.')
  const last = labels.at(-1) ?? ''
  // All digits at the end would be a mistyped IPv4 address.
  if (text.length > 253 || /^\d+$/.test(last)) return false
  return labels.every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label))
}

/** A browser origin, or `*` for any. App schemes such as `capacitor://localhost` are origins too. */
export const Origin = Type.Refine(
  Type.String(),
  isOrigin,
  () => 'must be an origin (scheme, host and port alone, such as https://shop.example) or "*"',
)

function isOrigin(text: string): boolean {
  if (text === '*') return true
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  if (isWeb(url)) return url.origin === text
  return url.protocol !== 'file:' && /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.-]+(:\d{1,5})?$/.test(text)
}

/** An absolute http or https URL without user and password. */
export function webUrl(options: TSchemaOptions = {}) {
  return Type.Refine(Type.String(options), isWebUrl, () => 'must be an absolute http or https URL')
}

/** The same; empty for none. */
export const OptionalWebUrl = Type.Refine(
  Type.String({ default: '' }),
  (text) => text === '' || isWebUrl(text),
  () => 'must be an absolute http or https URL, or empty',
)

/** An https URL; empty for none. */
export const OptionalSecureUrl = Type.Refine(
  Type.String({ default: '' }),
  (text) => text === '' || (isWebUrl(text) && text.startsWith('https:')),
  () => 'must be an absolute https URL, or empty',
)

/** What links begin with (S6): paths are put behind it, so it ends in neither slash nor query. */
export const BaseUrl = Type.Refine(
  Type.String(),
  (text) => isWebUrl(text) && !/[?#]|\/$/.test(text),
  () => 'must be an absolute http or https URL without a slash, a query or a fragment at its end',
)

/** A link into an app or a page. Schemes that run code in the page that shows them are refused. */
export const DeepLink = Type.Refine(
  Type.String(),
  (text) => URL.canParse(text) && !/^(javascript|data|vbscript|blob):/i.test(text),
  () => 'must be an absolute link, such as acme://shop or https://shop.example',
)

export const Email = matchingText(
  /^(?=.{3,254}$)[^\s@<>"(),:;[\]\\]{1,64}@[\p{L}\p{N}]([\p{L}\p{N}.-]*[\p{L}\p{N}])?$/u,
  'must be an e-mail address',
)

/** Digits with the country prefix, with or without a plus (L48). */
export const PhoneNumber = matchingText(
  /^\+?[1-9][0-9]{5,14}$/,
  'must be a phone number: 6 to 15 digits with the country prefix, nothing between them',
)

function isWebUrl(text: string): boolean {
  if (!/^https?:\/\/\S+$/i.test(text) || !URL.canParse(text)) return false
  const url = new URL(text)
  return isWeb(url) && url.username === '' && url.password === ''
}

function isWeb(url: URL): boolean {
  return url.protocol === 'http:' || url.protocol === 'https:'
}
