import type { InterfaceName } from '../call.ts'
import { type InvalidParam, invalidParam, type Place, type Reason } from './invalid-param.ts'

/** The exceptions of L41 with their status and title. */
const exceptions = {
  bad_request_exception: [400, 'Bad request'],
  unauthorized_exception: [401, 'Unauthorized'],
  forbidden_exception: [403, 'Forbidden'],
  interface_not_allowed_exception: [403, ''],
  not_found_exception: [404, 'Not found'],
  method_not_allowed_exception: [405, 'Method not allowed'],
  payload_too_large_exception: [413, 'Payload too large'],
  too_many_requests_exception: [429, 'Too many requests'],
  internal_server_exception: [500, 'Internal server error'],
  service_unavailable_exception: [503, 'Service unavailable'],
} as const satisfies Record<string, readonly [number, string]>

export type ExceptionName = keyof typeof exceptions

interface Said {
  readonly title?: string
  readonly detail: string
  readonly errorData?: object
  readonly invalidParams?: readonly InvalidParam[]
  readonly headers?: Readonly<Record<string, string>>
}

/** An answer of this API that is an error: thrown anywhere below a route, answered in the shape of L41. */
export class CareCloudError extends Error {
  override readonly name = 'CareCloudError'
  readonly exception: ExceptionName
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: object
  /** Of a 400 whose parameters are told. */
  readonly invalidParams: readonly InvalidParam[]

  constructor(
    exception: ExceptionName,
    { title, detail, errorData, invalidParams = [], headers = {} }: Said,
  ) {
    super(detail)
    const [status, ownTitle] = exceptions[exception]
    this.exception = exception
    this.status = status
    this.headers = headers
    this.invalidParams = invalidParams
    const type = exception === 'interface_not_allowed_exception' ? exception : 'about:blank'
    this.body = {
      error: {
        type,
        exception,
        title: title ?? ownTitle,
        detail,
        ...(errorData === undefined ? {} : { error_data: errorData }),
      },
    }
  }
}

const mostToldInDetail = 20

/** 400 with all that is wrong; no entry at all where the body cannot be read (L41, L42). */
export function badRequest(params: readonly InvalidParam[]): CareCloudError {
  const detail =
    params.length > 0
      ? params
          .slice(0, mostToldInDetail)
          .map(({ message }) => message)
          .join('. ')
      : 'The request cannot be read'
  return new CareCloudError('bad_request_exception', {
    detail,
    errorData: { invalid_params: params },
    invalidParams: params,
  })
}

/** 400 for one parameter: what the core refused after the request was read. */
export function refuse(
  place: string | Place,
  reason: Reason,
  value: unknown,
  message?: string,
): CareCloudError {
  return badRequest([
    invalidParam(typeof place === 'string' ? { name: place } : place, reason, value, message),
  ])
}

/** A customer that the caller does not reach, existing or not (L28). */
export function outOfReach(customerId: string | null): CareCloudError {
  return refuse('customer_id', 'not_belong_to_logged_in_customer', customerId)
}

export function unauthorized(): CareCloudError {
  return new CareCloudError('unauthorized_exception', { detail: 'A valid credential is required' })
}

/** Whatever is wrong with a login: nobody learns who is registered (L13). */
export function wrongLogin(): CareCloudError {
  return new CareCloudError('unauthorized_exception', {
    title: 'Wrong login or password',
    detail: 'Wrong login or password',
  })
}

export function forbidden(detail: string): CareCloudError {
  return new CareCloudError('forbidden_exception', { detail })
}

/** L32: the resource is the first segment of the path. */
export function interfaceNotAllowed(resource: string, asked: InterfaceName): CareCloudError {
  const name = asked === 'customer' ? 'Customer' : 'Enterprise'
  return new CareCloudError('interface_not_allowed_exception', {
    title: `${name} API is not allowed for this resource`,
    detail: `Resource name "${resource}" is not allowed in ${name} API`,
    errorData: { invalid_resource_name: resource, interface: name },
  })
}

/** The collection nearest to the id, and the id; for an unknown path its first segment and null. */
export function notFound(resource: string, id: string | null): CareCloudError {
  return new CareCloudError('not_found_exception', {
    detail: id === null ? 'There is nothing at this path' : `There is no such record in ${resource}`,
    errorData: { resource_name: resource, resource_id: id },
  })
}

/** No credential says which workspace is meant, and the host is none of one's (README 2). */
export function noWorkspace(resource: string, host: string): CareCloudError {
  return new CareCloudError('not_found_exception', {
    detail: `No workspace answers at the host ${host}; a workspace lists its hosts under "domains"`,
    errorData: { resource_name: resource, resource_id: null },
  })
}

export function methodNotAllowed(method: string, allowed: readonly string[]): CareCloudError {
  return new CareCloudError('method_not_allowed_exception', {
    detail: 'This path does not take this method',
    errorData: { http_method: method },
    headers: { Allow: allowed.join(', ') },
  })
}

export function tooManyRequests(retryAfterSeconds?: number): CareCloudError {
  return new CareCloudError('too_many_requests_exception', {
    detail: 'Too many requests; repeat this one later',
    ...(retryAfterSeconds === undefined
      ? {}
      : { headers: { 'Retry-After': String(Math.max(1, Math.ceil(retryAfterSeconds))) } }),
  })
}
