import type { FastifyRequest } from 'fastify'
import { readCookies } from './cookies.ts'

export type TokenSource = 'query' | 'header' | 'cookie' | 'body'

export interface GivenToken {
  readonly value: string
  readonly source: TokenSource
}

/** The places in the order of E15; the first that holds a non-blank value decides, valid or not. */
export function findToken(
  request: FastifyRequest,
  places: { readonly cookies: boolean; readonly body: boolean },
): GivenToken | undefined {
  return (
    given(queryText(request, 'access_token'), 'query') ??
    given(bearer(request.headers.authorization), 'header') ??
    (places.cookies ? cookieToken(request) : undefined) ??
    (places.body ? given(request.input.access_token, 'body') : undefined)
  )
}

function given(value: unknown, source: TokenSource): GivenToken | undefined {
  const text = typeof value === 'string' ? value.trim() : ''
  return text === '' ? undefined : { value: text, source }
}

/** The text after the last space; the scheme alone is blank. */
function bearer(header: string | undefined): string | undefined {
  const text = header?.trim().split(/\s/).at(-1)
  return text === undefined || /^bearer:?$/i.test(text) ? undefined : text
}

function cookieToken(request: FastifyRequest): GivenToken | undefined {
  const cookies = readCookies(request.headers.cookie)
  return given(cookies.get('extole_token'), 'cookie') ?? given(cookies.get('access_token'), 'cookie')
}

/** A query parameter as text; of a repeated one the first. */
export function queryText(request: FastifyRequest, name: string): string | undefined {
  const query = request.query as Readonly<Record<string, unknown>>
  const value = query[name]
  const first = Array.isArray(value) ? value[0] : value
  return typeof first === 'string' ? first : undefined
}
