import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Workspace } from '../../core/workspaces/workspace.ts'
import type { WorkspaceDirectory } from '../../core/workspaces/workspace-directory.ts'
import type { RateLimiter } from '../../platform/http/rate-limit.ts'
import { sendEmpty, sendJson } from './answer.ts'
import { answerFailure } from './answer-failure.ts'
import { pathParameter } from './path-parameter.ts'
import { invalidVersion } from './request-errors-v2.ts'
import { type ApiVersion, isBatch, versionOf } from './request-head.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose key the request carries; set before any handler runs. */
    workspace: Workspace
  }
}

/** `1`, `2`, or `invalid` where a request of ours names no version that exists. */
type RoutedVersion = ApiVersion | 'invalid'

/**
 * Routes are chosen by version as well as by path. A request that carries neither of the API's headers derives
 * nothing, so `POST /events` without them stays another API's (S1).
 */
export const versionConstraint = {
  name: 'crossengage',
  storage() {
    const handlers = new Map<string, never>()
    return {
      get: (version: string) => handlers.get(version) ?? null,
      set: (version: string, handler: never) => void handlers.set(version, handler),
      del: (version: string) => void handlers.delete(version),
      empty: () => handlers.clear(),
    }
  },
  validate() {},
  deriveConstraint: (request: IncomingMessage): RoutedVersion | undefined =>
    request.headers['x-xng-authtoken'] === undefined && request.headers['x-xng-apiversion'] === undefined
      ? undefined
      : (versionOf(request) ?? 'invalid'),
}

/** The first three checks of section 2.3, before the body is read: key (401), version (400), path and method (404). */
export function authenticate(
  scope: FastifyInstance,
  directory: WorkspaceDirectory,
  limitUnknownKeys: RateLimiter,
): void {
  scope.decorateRequest('workspace')
  scope.addHook('onRequest', async (request, reply) => {
    reply.header('X-Request-ID', request.id)
    reply.header('Access-Control-Expose-Headers', 'X-Request-ID')
    // Every body is read as JSON, whatever this header says, also where it is absent or nonsense (2.2).
    request.raw.headers['content-type'] = 'application/json'
    const secret = request.headers['x-xng-authtoken']
    let workspace = typeof secret === 'string' ? directory.byKnownKey(secret, 'master') : undefined
    if (!workspace && typeof secret === 'string' && secret !== '') {
      // Guessing would cost a look into the database each; a key that is known is never held up by it.
      if (!(await limitUnknownKeys(request, reply))) return answerFailure(request, reply, 429)
      workspace = await directory.byKey(secret, 'master')
    }
    if (!workspace) return refuseKey(request, reply)
    request.workspace = workspace
    const version = versionOf(request.raw)
    if (!version) return sendJson(reply, 400, { errors: [invalidVersion()] })
    if (request.is404 || isFixedWord(request, version)) return sendEmpty(reply, 404)
  })
}

/** Words that stand where an id stands; a user with such an id cannot be reached by path (2.1). */
const fixedWords = {
  '1': new Set(['batch', 'attributes', 'xngId']),
  '2': new Set(['batch', 'track', 'email']),
} as const satisfies Record<ApiVersion, ReadonlySet<string>>

function isFixedWord(request: FastifyRequest, version: ApiVersion): boolean {
  // The route last: Fastify makes its description anew each time it is asked for.
  return (
    fixedWords[version].has(pathParameter(request, 'id')) &&
    (request.routeOptions.url ?? '').startsWith('/users/:id')
  )
}

/** A widely used client parses the answer of `POST /users/batch` whatever its status (2.4). */
function refuseKey(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return isBatch(request) ? sendJson(reply, 401, {}) : sendEmpty(reply, 401)
}
