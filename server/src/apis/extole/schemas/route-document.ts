import type { FastifyInstance, RouteOptions } from 'fastify'
import { type TSchema, Type } from 'typebox'
import { ErrorObject } from './errors.ts'

/** What a route says of itself in the OpenAPI document. Nothing of it validates, and nothing serialises by it. */
export interface RouteDocument {
  /** One of the groups of `extoleDocs`. */
  readonly group: string
  readonly summary: string
  readonly description?: string
  readonly query?: Readonly<Record<string, TSchema>>
  readonly body?: TSchema
  /** Of a success. One without `type` other than null is answered with 204. */
  readonly answer: TSchema
  /** Absent: 200, or 204 for nothing. */
  readonly status?: number
}

/** An answer without a body. */
export const Nothing = Type.Null({ description: 'Done.' })

/** The Fastify schema of a route. */
export function document({ group, query, answer, status, ...rest }: RouteDocument): object {
  const isNothing = 'type' in answer && answer.type === 'null'
  return {
    ...rest,
    tags: [group],
    ...(query && { querystring: Type.Object(query) }),
    response: { [status ?? (isNothing ? 204 : 200)]: answer },
  }
}

/**
 * What a route's configuration says is not written a second time: which credential it asks for, how it refuses. A
 * route is documented at one of its paths: below `/api` where it has a version, else at the root (E1, E2).
 */
export function completeDocuments(scope: FastifyInstance): void {
  scope.addHook('onRoute', (route) => {
    const isSecondPath = /^\/(v\d|api\/(?!v\d))/.test(route.url)
    const schema = (route.schema ?? {}) as object
    route.schema = {
      ...schema,
      security: securityOf(route),
      response: { ...('response' in schema ? (schema.response as object) : {}), ...refusalsOf(route) },
      ...(isSecondPath && { hide: true }),
    } as object
  })
}

function securityOf({ config }: RouteOptions): readonly object[] {
  switch (config?.access) {
    case 'open':
    case 'free':
      return []
    case 'optional':
    case 'web':
      return [{}, { token: [] }]
    case 'key':
      return [{ key: [] }]
    default:
      return [{ token: [] }]
  }
}

/** Web routes of events and zones tell their errors in headers (E103). */
function refusalsOf({ config }: RouteOptions): object {
  return config?.webErrors === undefined ? { '4xx': ErrorObject } : {}
}
