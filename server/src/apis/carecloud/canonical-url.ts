import { randomUUID } from 'node:crypto'

/**
 * Paths of this API under their one name: routes are registered at `/rest-api/…` alone. The second prefix (L1), a
 * trailing slash (L2) and the names that older documentation taught (L3) lead there before a route is looked for.
 */
export function canonicalUrl(url: string, method: string): string {
  const [, prefix, interfaceName, rest] = form.exec(url) ?? []
  if (prefix === undefined || rest === undefined) return url
  const queryStart = rest.indexOf('?')
  const path = queryStart === -1 ? rest : rest.slice(0, queryStart)
  const query = queryStart === -1 ? '' : rest.slice(queryStart)
  if (interfaceName === undefined) return `/rest-api${path}${query}`
  const segments = decodePlain(path.endsWith('/') ? path.slice(0, -1) : path)
    .split('/')
    .slice(1)
  const named = canonicalSegments(segments)
  const known = interfaceName === 'customer-interface' ? ownSegments(named, method) : named
  // The router ignores one slash as well: of two, the second is an empty segment, and names nothing.
  const end = known.length > 1 && known.at(-1) === '' ? '/' : ''
  return `/rest-api/${interfaceName}/v1.0/${known.join('/')}${end}${query}`
}

const form =
  /^\/((?:webservice\/)?rest-api)(?=[/?]|$)(?:\/(customer-interface|enterprise-interface)\/v1\.0(?=[/?]|$))?(.*)$/s

/** Signs that need no percent-encoding mean the same with it (RFC 3986, 2.3): a segment's name is told without (L2). */
function decodePlain(path: string): string {
  return path.replace(/%(?:2d|2e|3\d|[46][1-9a-f]|[57][\da]|5f|7e)/gi, decodeURIComponent)
}

/** Other names of collections, and of what stands below one customer. */
const collections: Readonly<Record<string, string>> = {
  'cusomer-sources': 'customer-sources',
  consents: 'agreements',
}
const belowCustomer: Readonly<Record<string, string>> = {
  'interst-records': 'interest-records',
  interests: 'interest-records',
  properties: 'property-records',
  sources: 'customer-source-records',
  statuses: 'status-records',
}

function canonicalSegments(segments: readonly string[]): readonly string[] {
  const [collection = '', second = '', third, ...rest] = segments
  if (collection === 'customers' && third !== undefined && second !== 'actions') {
    return [collection, second, belowCustomer[third] ?? third, ...rest]
  }
  if (collection === 'purchases' && (second === 'action' || second === 'actions') && third !== undefined) {
    const action = third === 'recommend-best-rewards' ? 'recommended-best-rewards' : third
    return [collection, 'actions', action, ...rest]
  }
  return [collections[collection] ?? collection, ...segments.slice(1)]
}

/** The id that stands for the logged-in customer, on the customer interface: one that nobody can send. */
export const ownCustomer = `own-${randomUUID()}`

/** On C what has no customer in its path speaks of the logged-in one (L3). */
function ownSegments(segments: readonly string[], method: string): readonly string[] {
  const [collection, second, ...rest] = segments
  if (collection !== 'customers') return segments
  if (second === undefined) return method === 'PUT' ? [collection, ownCustomer] : segments
  return second === 'property-records' ? [collection, ownCustomer, second, ...rest] : segments
}
