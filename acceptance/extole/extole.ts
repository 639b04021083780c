import { expect, inject } from 'vitest'
import { type Call, describeReply, type Fields, jsonOf, type Reply, send } from '../client.ts'
import { expectDocumented } from '../document.ts'
import { uniqueEmail } from '../unique.ts'
import { until } from '../until.ts'
import { aToken, expectConventions, okOf } from './conventions.ts'
import { signJwt } from './sign-jwt.ts'

/** The workspace keys of acme that these routes tell apart. */
export const masterKey = 'test-master-key'
export const writeKey = 'test-write-key'

const acmeHost = 'acme.localhost'
export const otherHost = 'other.localhost'

interface Asked {
  /** Sent as `Authorization: Bearer …`. */
  readonly token?: string | undefined
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as an HTML form. */
  readonly form?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string | undefined>>
}

/** A request with the headers given, and acme's `Host`; no cookie is kept. Every answer is held to the conventions. */
export async function extole(call: Call): Promise<Reply> {
  const reply = await send(inject('baseUrl'), { ...call, headers: { Host: acmeHost, ...call.headers } })
  expectConventions(reply)
  await expectDocumented(reply, 'extole', documentedPath(call.path))
  return reply
}

/** Routes with a version are documented below `/api`, the others at the root (E1, E2). */
function documentedPath(path: string): string {
  return /^\/v\d/.test(path) ? `/api${path}` : path.replace(/^\/api\/(?!v\d)/, '/')
}

/** A request as a client makes it: a token, and a body in JSON or a form. */
export function ask(method: string, path: string, asked: Asked = {}): Promise<Reply> {
  const { token, body, form, headers } = asked
  return extole({
    method,
    path,
    headers: {
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(form === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }),
      ...headers,
    },
    body: form ? new URLSearchParams(form).toString() : body === undefined ? undefined : JSON.stringify(body),
  })
}

export function get(path: string, token?: string): Promise<Reply> {
  return ask('GET', path, { token })
}

export function post(path: string, token?: string, body?: unknown): Promise<Reply> {
  return ask('POST', path, { token, body })
}

export function put(path: string, token?: string, body?: unknown): Promise<Reply> {
  return ask('PUT', path, { token, body })
}

/** A new device's token, or what `body` asks for. */
export async function newToken(body?: Fields): Promise<string> {
  return tokenOf(await post('/api/v5/token', undefined, body))
}

/** The token of a token object. */
export function tokenOf(reply: Reply): string {
  const { access_token } = okOf(reply)
  expect(access_token, describeReply(reply)).toMatch(aToken)
  return String(access_token)
}

/** The token to use from now on (E30). */
export function tokenAfter(reply: Reply): string {
  expect(reply.headers['x-extole-token'], `E30: ${describeReply(reply)}`).toMatch(aToken)
  return String(reply.headers['x-extole-token'])
}

export async function readMe(token: string): Promise<Fields> {
  return okOf(await get('/api/v4/me', token))
}

/** `POST me` that succeeds. */
export async function writeMe(token: string, fields: Fields): Promise<void> {
  expect(okOf(await post('/api/v4/me', token, fields))).toEqual({ status: 'success' })
}

/** What decides what a caller may (E32), as `X-Extole-Log` tells it. */
export async function trustOf(token: string): Promise<string | undefined> {
  const reply = await ask('GET', '/api/v4/me/capabilities', { token, headers: { 'X-Extole-Debug': '3' } })
  return /trust=(\w+)/.exec(String(reply.headers['x-extole-log']))?.[1]
}

export interface Somebody {
  readonly token: string
  readonly id: string
  readonly email: string
}

/** A new person, known by an e-mail that its device merely typed. */
export async function identified(email = uniqueEmail()): Promise<Somebody> {
  const token = await newToken({ email })
  return { token, id: String((await readMe(token)).id), email }
}

/** A new person whom the company's own login proved. */
export async function verified(claims: Fields = {}): Promise<Somebody> {
  const email = typeof claims.email === 'string' ? claims.email : uniqueEmail()
  const token = await newToken({ jwt: await signJwt({ email, ...claims }) })
  return { token, id: String((await readMe(token)).id), email }
}

/** An event of an app, accepted (E92). */
export async function sendEvent(token: string, eventName: string, data?: Fields): Promise<Reply> {
  const reply = await post('/api/v6/events', token, { event_name: eventName, data })
  okOf(reply)
  return reply
}

/** Polls a status route until it is final (E114), and gives that answer. */
export async function untilFinal(path: string, token: string): Promise<Fields> {
  const reply = await until(
    () => get(path, token),
    (answer) => okOf(answer).status !== 'PENDING',
  )
  return jsonOf(reply) as Fields
}
