/** What a header `Authorization` brings. */
export type Authorization =
  | { readonly scheme: 'bearer'; readonly token: string }
  | { readonly scheme: 'basic'; readonly user: string; readonly password: string }

/**
 * Scheme names in any case; blanks around a Basic password are dropped, a blank one is no credential (L10). The header
 * is walked once, however long and whatever it is: anybody may send it, before anything of them is known.
 */
export function readAuthorization(header: string | undefined): Authorization | undefined {
  const [scheme = ''] = /^\w+(?=\s)/.exec(header?.trimStart() ?? '') ?? []
  const value = header?.trimStart().slice(scheme.length).trim() ?? ''
  if (value === '') return undefined
  if (/^bearer$/i.test(scheme)) return { scheme: 'bearer', token: value }
  if (!/^basic$/i.test(scheme)) return undefined
  const decoded = Buffer.from(value, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  const password = colon === -1 ? '' : decoded.slice(colon + 1).trim()
  return password === '' ? undefined : { scheme: 'basic', user: decoded.slice(0, colon), password }
}
