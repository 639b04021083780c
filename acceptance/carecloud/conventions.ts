import { expect } from 'vitest'
import { describeReply, type Fields, fieldsOf, type Reply } from '../client.ts'

/** L58: an id that the product issued. */
export const anId = /^[0-9A-Za-z_-]{8,40}$/
/** L47. */
export const aTime = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/

/** L41: by status. */
const exceptions: Readonly<Record<number, readonly string[]>> = {
  400: ['bad_request_exception'],
  401: ['unauthorized_exception'],
  403: ['interface_not_allowed_exception', 'forbidden_exception'],
  404: ['not_found_exception'],
  405: ['method_not_allowed_exception'],
  413: ['payload_too_large_exception'],
  429: ['too_many_requests_exception'],
  500: ['internal_server_exception'],
  503: ['service_unavailable_exception'],
}

/** What is true of every answer of this API, whatever was asked (L4, L5, L34, L41). */
export function expectConventions(reply: Reply): void {
  const told = describeReply(reply)
  if (reply.status === 204) {
    expect(reply.body.length, `L4: ${told}`).toBe(0)
    return
  }
  if (reply.call.method === 'HEAD') return
  expect(reply.headers['content-type'], `L5: ${told}`).toBe('application/json; charset=utf-8')
  const body = fieldsOf(reply)
  if (reply.status === 200) expectAnswer(body, told)
  else if (reply.status === 201) expectCreated(body, told)
  else expectErrorShape(body, reply)
}

/** L34: one object; a list has its key and `total_items`. */
function expectAnswer(body: Fields, told: string): void {
  expect(Object.keys(body), `L34: ${told}`).toEqual(['data'])
  const data = body.data as Fields
  expect(isObject(data), `L34: ${told}`).toBe(true)
  if (!('total_items' in data)) return
  expect(data.total_items, `L34: ${told}`).toSatisfy(isCount)
  const lists = Object.keys(data).filter((key) => key !== 'total_items')
  expect(
    lists.map((key) => Array.isArray(data[key])),
    `L34: ${told}`,
  ).toEqual([true])
}

/** L34, L36: the id of what was made, in some calls beside `data` as well. */
function expectCreated(body: Fields, told: string): void {
  const { data, ...beside } = body
  expect(isObject(data), `L34: ${told}`).toBe(true)
  const entries = Object.entries(data as Fields)
  expect(entries, `L34: ${told}`).toEqual([[expect.stringMatching(/^[a-z_]+_id$/), expect.any(String)]])
  if (Object.keys(beside).length > 0) expect(beside, `L36: ${told}`).toEqual(data)
}

function expectErrorShape(body: Fields, reply: Reply): void {
  const told = `L41: ${describeReply(reply)}`
  const error = body.error as Fields
  expect(Object.keys(body), told).toEqual(['error'])
  const { error_data: errorData, ...rest } = error
  const isOfOtherInterface = rest.exception === 'interface_not_allowed_exception'
  expect(rest, told).toEqual({
    type: isOfOtherInterface ? rest.exception : 'about:blank',
    exception: expect.toBeOneOf([...(exceptions[reply.status] ?? [])]),
    title: expect.stringMatching(/\S/),
    detail: expect.stringMatching(/\S/),
  })
  expectErrorData(rest.exception, errorData as Fields | undefined, told)
  if (reply.status === 405) expect(reply.headers.allow, told).toMatch(/^[A-Z]+(, [A-Z]+)*$/)
  if (reply.status === 429 || reply.status === 503)
    expect(reply.headers['retry-after'], told).toMatch(/^\d+$/)
}

function expectErrorData(exception: unknown, data: Fields | undefined, told: string): void {
  switch (exception) {
    case 'bad_request_exception':
      for (const param of expectInvalidParams(data, told)) expectInvalidParam(param, told)
      return
    case 'interface_not_allowed_exception':
      expect(data, `L32: ${told}`).toEqual({
        invalid_resource_name: expect.any(String),
        interface: expect.toBeOneOf(['Customer', 'Enterprise']),
      })
      return
    case 'not_found_exception':
      expect(Object.keys(data ?? {}).sort(), told).toEqual(['resource_id', 'resource_name'])
      return
    case 'method_not_allowed_exception':
      expect(data, told).toEqual({ http_method: expect.any(String) })
      return
    default:
      expect(data, told).toBeUndefined()
  }
}

function expectInvalidParams(data: Fields | undefined, told: string): readonly Fields[] {
  expect(Object.keys(data ?? {}), told).toEqual(['invalid_params'])
  expect(Array.isArray(data?.invalid_params), told).toBe(true)
  return data?.invalid_params as Fields[]
}

/** L42: one sentence for each parameter; a password is never repeated. */
function expectInvalidParam({ index, ...param }: Fields, told: string): void {
  expect(param, `L42: ${told}`).toEqual({
    name: expect.stringMatching(/^[a-z_0-9]+$/),
    reason: expect.stringMatching(/^[a-z_]+$/),
    value: param.name === 'password' ? null : expect.toSatisfy(isTextOrNull),
    message: expect.stringMatching(/^[A-Z].*[^.]$|^[A-Z].*\.$/),
  })
  if (index !== undefined) expect(index, `L42: ${told}`).toSatisfy(isCount)
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string'
}
