import { expect, inject } from 'vitest'
import { type Call, describeReply, type Fields, fieldsOf, type Reply, send } from '../client.ts'
import { expectDocumented } from '../document.ts'
import { anId, expectConventions } from './conventions.ts'

export type Interface = 'customer' | 'enterprise'

/** The workspaces of the suite: by host on open calls, by credential everywhere else (S3, S4). */
export const acme = { host: 'acme.localhost', masterKey: 'test-master-key' } as const
export const other = { host: 'other.localhost', masterKey: 'other-master-key' } as const
export const miles = { host: 'miles.localhost', masterKey: 'miles-master-key' } as const
export type Tenant = typeof acme | typeof other | typeof miles

/** L1: both prefixes are one API, so each interface is asked under one of them. */
const bases: Readonly<Record<Interface, string>> = {
  customer: '/webservice/rest-api/customer-interface/v1.0',
  enterprise: '/rest-api/enterprise-interface/v1.0',
}

export interface Asked {
  readonly tenant?: Tenant
  /** The whole `Authorization`; absent: none is sent. */
  readonly authorization?: string | undefined
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as an HTML form. */
  readonly form?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string | undefined>>
}

/** A request with the headers given and no others; every answer is held to the conventions. */
export async function carecloud(call: Call): Promise<Reply> {
  const reply = await send(inject('baseUrl'), call)
  expectConventions(reply)
  const path = /^(?:\/webservice)?\/rest-api\/[a-z]+-interface\/v1\.0(\/.*)$/s.exec(call.path)?.[1]
  if (path !== undefined) await expectDocumented(reply, 'carecloud', unabridged(path))
  return reply
}

/** Of the aliases of L3 the one that reads like a customer's id. */
function unabridged(path: string): string {
  return path.replace(/^\/customers\/property-records/, '/customers/me/property-records')
}

/** A request to a path below `v1.0`, as a client makes it. */
export function ask(which: Interface, method: string, path: string, asked: Asked = {}): Promise<Reply> {
  const { tenant = acme, authorization, body, form, headers } = asked
  return carecloud({
    method,
    path: bases[which] + path,
    headers: {
      Host: tenant.host,
      Authorization: authorization,
      'Content-Type': form ? 'application/x-www-form-urlencoded' : 'application/json',
      ...headers,
    },
    body: form ? new URLSearchParams(form).toString() : body === undefined ? undefined : JSON.stringify(body),
  })
}

export interface List {
  readonly items: readonly Fields[]
  readonly total: number
}

/** The verbs under one credential. */
export interface Client {
  readonly interface: Interface
  ask(method: string, path: string, asked?: Omit<Asked, 'authorization' | 'tenant'>): Promise<Reply>
  get(path: string, headers?: Asked['headers']): Promise<Reply>
  post(path: string, body?: unknown): Promise<Reply>
  put(path: string, body?: unknown): Promise<Reply>
  remove(path: string): Promise<Reply>
  /** `GET` of one object that succeeds. */
  read(path: string, headers?: Asked['headers']): Promise<Fields>
  /** `GET` of a list that succeeds; `key` where it is not the last segment of the path (L35). */
  list(path: string, key?: string): Promise<List>
  /** `POST` that creates; gives the new id (L34). */
  create(path: string, body?: unknown): Promise<string>
  /** `POST` that answers data. */
  calculate(path: string, body?: unknown): Promise<Fields>
  /** `POST` that answers nothing. */
  act(path: string, body?: unknown): Promise<void>
}

export function client(which: Interface, authorization: string | undefined, tenant: Tenant = acme): Client {
  const call: Client['ask'] = (method, path, asked) =>
    ask(which, method, path, { ...asked, authorization, tenant })
  const post = (path: string, body: unknown = {}): Promise<Reply> => call('POST', path, { body })
  return {
    interface: which,
    ask: call,
    get: (path, headers = {}) => call('GET', path, { headers }),
    post,
    put: (path, body = {}) => call('PUT', path, { body }),
    remove: (path) => call('DELETE', path),
    read: async (path, headers = {}) => dataOf(await call('GET', path, { headers })),
    list: async (path, key) => listOf(await call('GET', path), key),
    create: async (path, body) => createdId(await post(path, body)),
    calculate: async (path, body) => dataOf(await post(path, body)),
    act: async (path, body) => expectNothing(await post(path, body)),
  }
}

/** An operator of role `till`, logged in once for each test file (L19). */
export function operator(): Promise<Client> {
  loggedIn ??= logIn('till', 'T1ll-password')
  return loggedIn
}

let loggedIn: Promise<Client> | undefined

/** The client of an operator of acme (L19). */
export async function logIn(login: string, password: string): Promise<Client> {
  const reply = await ask('enterprise', 'POST', '/users/actions/login', { body: { login, password } })
  const token = dataOf(reply).bearer_token
  expect(token, `L19: ${describeReply(reply)}`).toMatch(/^[0-9a-f]{40}$/)
  return client('enterprise', `Bearer ${token}`)
}

/** The back end of a workspace, by its master key (L22). */
export function backEnd(tenant: Tenant = acme): Client {
  return client('enterprise', `Bearer ${tenant.masterKey}`, tenant)
}

export interface Device extends Client {
  readonly token: string
}

/** A new device of the customer interface: a token with nobody logged in (L9). */
export async function newDevice(tenant: Tenant = acme, body: Fields = {}): Promise<Device> {
  const reply = await ask('customer', 'POST', '/tokens', { tenant, body })
  const token = createdId(reply, /^[0-9a-f]{72}$/)
  return { ...client('customer', `Bearer ${token}`, tenant), token }
}

/** The object of a 200. */
export function dataOf(reply: Reply): Fields {
  expect(reply.status, describeReply(reply)).toBe(200)
  return fieldsOf(reply).data as Fields
}

/** The entries of a list that is a 200 (L34, L35). */
export function listOf(reply: Reply, key = listKey(reply.call.path)): List {
  const data = dataOf(reply)
  expect(Object.keys(data).sort(), `L34, L35: ${describeReply(reply)}`).toEqual([key, 'total_items'].sort())
  return { items: data[key] as Fields[], total: Number(data.total_items) }
}

/** L35: the last segment that names a collection. */
function listKey(path: string): string {
  const [withoutQuery = ''] = path.split('?', 1)
  return (withoutQuery.split('/').at(-1) ?? '').replaceAll('-', '_')
}

/** The id of a 201. */
export function createdId(reply: Reply, form: RegExp = anId): string {
  expect(reply.status, describeReply(reply)).toBe(201)
  const [id] = Object.values(fieldsOf(reply).data as Fields)
  expect(id, `L58: ${describeReply(reply)}`).toMatch(form)
  return String(id)
}

export function expectNothing(reply: Reply): void {
  expect(reply.status, describeReply(reply)).toBe(204)
}

/** What a 400 complains about: for each parameter its name and reason, as `name: reason`, in order (L42). */
export function faultsOf(reply: Reply): readonly string[] {
  expect(reply.status, describeReply(reply)).toBe(400)
  return invalidParams(reply).map(({ name, reason }) => `${name}: ${reason}`)
}

/** The entries of a 400 as they stand. */
export function invalidParams(reply: Reply): readonly Fields[] {
  const { error_data: data } = fieldsOf(reply).error as Fields
  return (data as { readonly invalid_params: readonly Fields[] }).invalid_params
}

/** A 400 for exactly one reason. */
export function expectRefused(reply: Reply, name: string, reason: string): void {
  expect(faultsOf(reply), describeReply(reply)).toEqual([`${name}: ${reason}`])
}

/** A 404 that names the collection and the id (L41). */
export function expectNotFound(reply: Reply, resource: string, id: string | null): void {
  expect(reply.status, describeReply(reply)).toBe(404)
  const { error_data: data } = fieldsOf(reply).error as Fields
  expect(data, describeReply(reply)).toEqual({ resource_name: resource, resource_id: id })
}

/** The 403 of an operation of the other interface, or of a guarded one (L32, L33). */
export function expectNotAllowed(reply: Reply, resource: string, asked: Interface): void {
  const name = asked === 'customer' ? 'Customer' : 'Enterprise'
  expect(reply.status, describeReply(reply)).toBe(403)
  expect(fieldsOf(reply), describeReply(reply)).toEqual({
    error: {
      type: 'interface_not_allowed_exception',
      exception: 'interface_not_allowed_exception',
      title: `${name} API is not allowed for this resource`,
      detail: `Resource name "${resource}" is not allowed in ${name} API`,
      error_data: { invalid_resource_name: resource, interface: name },
    },
  })
}
