import type { FastifySchema } from 'fastify'
import { type TSchema, Type } from 'typebox'
import { ErrorsV2 } from './errors-v2.ts'
import { MessageV1 } from './message-v1.ts'

/** What a route says of itself in the OpenAPI document. Nothing of it validates, and nothing serialises by it. */
export interface RouteDocument {
  readonly summary: string
  /** How it behaves, with the statements of the contract. */
  readonly description: string
  readonly params?: TSchema
  readonly querystring?: TSchema
  /** Beside those of 2.2, which the API's document has as credentials. */
  readonly headers?: { readonly [name: string]: TSchema }
  readonly body?: TSchema
  /** By status; what every route of the version answers is added. */
  readonly response: { readonly [status: number]: TSchema }
}

/** An answer without body and content type (2.4). */
export function emptyAnswer(description: string): TSchema {
  return Type.Null({ description })
}

const refusals = {
  401: emptyAnswer('Key missing, unknown, revoked or not of kind master (2.2).'),
  500: emptyAnswer('Our fault; repeat the call.'),
  503: emptyAnswer('Overload; repeat the call after Retry-After seconds.'),
}

const refusalsOfVersion = {
  1: { ...refusals, 413: MessageV1 },
  2: { ...refusals, 413: ErrorsV2 },
}

/** Widely used clients parse the answer of a batch whatever its status (2.4). */
const EmptyObject = Type.Object({}, { description: 'As in every other call, but with {} as its body.' })
export const batchRefusals = { 401: EmptyObject, 500: EmptyObject }

/** The Fastify schema of a route: its document, and what all routes of its version have in common. */
export function documentRoute(version: 1 | 2, document: RouteDocument): FastifySchema {
  const { headers, response, ...rest } = document
  return {
    ...rest,
    ...(headers && { headers: Type.Object(headers) }),
    response: { ...refusalsOfVersion[version], ...response },
    tags: [`Version ${version}`],
  } as FastifySchema
}
