import type { FastifyReply } from 'fastify'

const names = ['extole_token', 'access_token'] as const
const maxAgeSeconds = 31_536_000

/** The cookies of a request by name; of one that is repeated the first, which is the one of the longest path. */
export function readCookies(header: string | undefined): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>()
  for (const pair of (header ?? '').split(';')) {
    const equals = pair.indexOf('=')
    if (equals === -1) continue
    const name = pair.slice(0, equals).trim()
    if (!cookies.has(name))
      cookies.set(
        name,
        pair
          .slice(equals + 1)
          .trim()
          .replace(/^"(.*)"$/, '$1'),
      )
  }
  return cookies
}

/** Both cookies with the token's value (E18). */
export function setTokenCookies(reply: FastifyReply, token: string, now: Date): void {
  const expires = new Date(now.getTime() + maxAgeSeconds * 1000)
  writeCookies(reply, token, maxAgeSeconds, expires)
}

export function clearTokenCookies(reply: FastifyReply): void {
  writeCookies(reply, '', 0, new Date(0))
}

function writeCookies(reply: FastifyReply, value: string, seconds: number, expires: Date): void {
  // A second answer of the same request replaces the first: a rotated token must not stand beside the old one.
  reply.removeHeader('Set-Cookie')
  reply.header(
    'Set-Cookie',
    names.map(
      (name) =>
        `${name}=${value}; Path=/; Max-Age=${seconds}; Expires=${expires.toUTCString()}; HttpOnly; Secure; SameSite=None`,
    ),
  )
}
