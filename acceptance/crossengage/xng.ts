import { expect, inject } from 'vitest'
import {
  answerOf,
  type Call,
  describeReply,
  type Fields,
  fieldsOf,
  jsonOf,
  type Reply,
  send,
} from '../client.ts'
import { expectDocumented } from '../document.ts'
import { unique } from '../unique.ts'
import { until } from '../until.ts'

export const acmeKey = 'test-master-key'
const otherKey = 'other-master-key'
export const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export interface Tracking {
  readonly stage: 'PENDING' | 'PROCESSED'
  readonly total: number
  readonly success: number
  readonly error: number
}

interface ApplyError {
  readonly index: number
  readonly pointer: string
  readonly code: string
  readonly title: string
  readonly details: string
}

interface Outcome extends Tracking {
  readonly errors: readonly ApplyError[]
}

type Headers = Readonly<Record<string, string | undefined>>
type Body = string | Uint8Array

/** A request to any path of this API with the headers given and no others; every answer is held to section 2.4. */
export async function xng(call: Call): Promise<Reply> {
  const reply = await send(inject('baseUrl'), call)
  expectConventions(reply)
  const version = `Version ${String(call.headers?.['X-XNG-ApiVersion'] ?? '').trim()}`
  const isOfVersion = ({ tags = [] }: { readonly tags?: readonly string[] }) => tags.includes(version)
  await expectDocumented(reply, 'crossengage', call.path, isOfVersion)
  return reply
}

/** Section 2.4: what is true of every answer of this API, whatever was asked. */
function expectConventions(reply: Reply): void {
  const told = describeReply(reply)
  expect(reply.headers['x-request-id'] ?? '(none)', `2.4, X-Request-ID of ${told}`).toMatch(uuid)
  expect(reply.headers['access-control-expose-headers'], `2.4, exposed headers of ${told}`).toBe(
    'X-Request-ID',
  )
  if (reply.body.length === 0) {
    expect(reply.headers['content-type'], `2.4, content type of ${told}`).toBeUndefined()
    return
  }
  expect(reply.headers['content-type'], `2.4, content type of ${told}`).toBe('application/json;charset=UTF-8')
  jsonOf(reply)
}

/** The verbs of v2 under one key. Paths are percent-encoded here; use `xng` for raw ones. */
function v2With(key: string) {
  const call = (method: string, path: string, body?: Body, headers: Headers = {}): Promise<Reply> =>
    xng({ method, path, body, headers: { ...v2Headers(key), ...headers } })
  const track = (trackingId: string, query = ''): Promise<Reply> =>
    call('GET', `/users/track/${segment(trackingId)}${query}`)
  const untilProcessed = (trackingId: string): Promise<Outcome> => pollOutcome(trackingId, track)
  const put = (user: unknown, headers?: Headers): Promise<Reply> =>
    call('PUT', '/users', JSON.stringify(user), headers)
  const get = (id: string): Promise<Reply> => call('GET', `/users/${segment(id)}`)
  const remove = (id: string, headers?: Headers): Promise<Reply> =>
    call('DELETE', `/users/${segment(id)}`, undefined, headers)
  const batch = (body: unknown, headers?: Headers): Promise<Reply> =>
    call('POST', '/users/batch', JSON.stringify(body), headers)
  const outcome = async (answer: Reply | Promise<Reply>): Promise<Outcome> =>
    untilProcessed(trackingIdOf(await answer))
  return {
    call,
    put,
    get,
    remove,
    batch,
    track,
    untilProcessed,
    outcome,
    getByEmail: (email: string, businessUnit?: string): Promise<Reply> =>
      call(
        'GET',
        `/users/email/${segment(email)}${businessUnit === undefined ? '' : `/bu/${segment(businessUnit)}`}`,
      ),
    /** Writes a user and waits until it is applied. */
    async store(user: Fields): Promise<void> {
      expect(await outcome(put(user))).toEqual(succeeded(1))
    },
    /** Deletes a user and waits until it is applied. */
    async erase(id: string): Promise<void> {
      expect(await outcome(remove(id))).toEqual(succeeded(1))
    },
    /** The user as it is read; one that is not there fails. */
    async read(id: string): Promise<Fields> {
      return userOf(await get(id))
    },
  }
}

/** The verbs of v1 under one key. */
function v1With(key: string) {
  const call = (method: string, path: string, body?: Body, headers: Headers = {}): Promise<Reply> =>
    xng({ method, path, body, headers: { ...v1Headers(key), ...headers } })
  const post = (path: string, body: unknown): Promise<Reply> => call('POST', path, JSON.stringify(body))
  const get = (id: string): Promise<Reply> => call('GET', `/users/${segment(id)}`)
  return {
    call,
    get,
    put: (id: string, user: unknown): Promise<Reply> =>
      call('PUT', `/users/${segment(id)}`, JSON.stringify(user)),
    remove: (id: string): Promise<Reply> => call('DELETE', `/users/${segment(id)}`),
    removeByXngId: (xngId: string): Promise<Reply> => call('DELETE', `/users/xngId/${segment(xngId)}`),
    batch: (body: unknown): Promise<Reply> => post('/users/batch', body),
    leads: (body: unknown): Promise<Reply> => post('/leads', body),
    events: (body: unknown): Promise<Reply> => post('/events', body),
    createAttribute: (body: unknown): Promise<Reply> => post('/users/attributes', body),
    removeAttribute: (id: number | string, body?: unknown): Promise<Reply> =>
      call('DELETE', `/users/attributes/${id}`, body === undefined ? undefined : JSON.stringify(body)),
    async read(id: string): Promise<Fields> {
      return userOf(await get(id))
    },
  }
}

export const v2 = v2With(acmeKey)
export const v1 = v1With(acmeKey)
export const otherV2 = v2With(otherKey)
export const otherV1 = v1With(otherKey)

export function v2Headers(key = acmeKey): Record<string, string> {
  return { 'X-XNG-AuthToken': key, 'X-XNG-ApiVersion': '2', 'Content-Type': 'application/json' }
}

export function v1Headers(key = acmeKey): Record<string, string> {
  return { ...v2Headers(key), 'X-XNG-ApiVersion': '1' }
}

/** A new user's required fields, and whatever is given beside them. */
export function person(fields: Fields = {}): { readonly id: string; readonly email: string } & Fields {
  const id = unique()
  return { id, email: `${id}@example.com`, ...fields }
}

export function segment(text: string): string {
  return encodeURIComponent(text)
}

/** The tracking id of an answer that has one and nothing else, with status 202. */
export function trackingIdOf(reply: Reply): string {
  expect(reply.status, describeReply(reply)).toBe(202)
  const body = fieldsOf(reply)
  expect(Object.keys(body), describeReply(reply)).toEqual(['trackingId'])
  return trackingIdIn(reply)
}

/** The tracking id of an answer that may have errors beside it. */
export function trackingIdIn(reply: Reply): string {
  const { trackingId } = fieldsOf(reply)
  expect(trackingId, describeReply(reply)).toMatch(uuid)
  return String(trackingId)
}

function userOf(reply: Reply): Fields {
  expect(reply.status, describeReply(reply)).toBe(200)
  return fieldsOf(reply)
}

export function expectEmpty(reply: Reply, status: number): void {
  expect(answerOf(reply), describeReply(reply)).toEqual({ status, body: '' })
}

/** The outcome of a request all of whose `total` entries were applied. */
export function succeeded(total: number): Outcome {
  return { stage: 'PROCESSED', total, success: total, error: 0, errors: [] }
}

export function trackingOf(reply: Reply): Tracking {
  expect(reply.status, describeReply(reply)).toBe(200)
  return jsonOf(reply) as Tracking
}

async function pollOutcome(
  trackingId: string,
  track: (trackingId: string, query: string) => Promise<Reply>,
): Promise<Outcome> {
  const reply = await until(
    () => track(trackingId, '?details=true'),
    (answer) => trackingOf(answer).stage === 'PROCESSED',
  )
  return jsonOf(reply) as Outcome
}
