import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Workspace } from '../../core/workspaces/workspace.ts'

const exposedHeaders =
  'X-Extole-Token, X-Extole-Error, X-Extole-Error-Message, X-Extole-Log, X-Extole-Campaign, X-Extole-Input-Event-Id, Retry-After'

const allowedMethods = 'GET, POST, PUT, DELETE, OPTIONS'
const maxAgeSeconds = 600

/** Whether the workspace lists this origin by name; `"*"` does not count. */
export function isListedOrigin(workspace: Workspace, origin: string): boolean {
  return origin !== '*' && workspace.settings.origins.includes(origin)
}

/** The headers of E118, on errors too; none at all for an origin that is not allowed. */
export function writeCorsHeaders(
  request: FastifyRequest,
  reply: FastifyReply,
  workspace: Workspace | undefined,
): boolean {
  // On every answer: a cache that gave one origin's to another would lock that one out.
  reply.header('Vary', 'Origin')
  const { origin } = request.headers
  if (origin === undefined || !workspace) return false
  if (isListedOrigin(workspace, origin)) {
    reply.header('Access-Control-Allow-Origin', origin)
    reply.header('Access-Control-Allow-Credentials', 'true')
  } else if (workspace.settings.origins.includes('*')) {
    reply.header('Access-Control-Allow-Origin', '*')
  } else return false
  reply.header('Access-Control-Expose-Headers', exposedHeaders)
  return true
}

export function isPreflight(request: FastifyRequest): boolean {
  return request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined
}

/** E119: answered before anything else is asked. */
export function answerPreflight(
  request: FastifyRequest,
  reply: FastifyReply,
  workspace: Workspace,
): FastifyReply {
  if (writeCorsHeaders(request, reply, workspace)) {
    reply.header('Access-Control-Allow-Methods', allowedMethods)
    const asked = String(request.headers['access-control-request-headers'] ?? '')
    const allowed = asked.split(',').flatMap((name) => (isAllowedHeader(name) ? name.trim() : []))
    if (allowed.length > 0) reply.header('Access-Control-Allow-Headers', allowed.join(', '))
    reply.header('Access-Control-Max-Age', maxAgeSeconds)
  }
  return reply.code(204).send()
}

function isAllowedHeader(name: string): boolean {
  return /^\s*(accept|authorization|content-type|time-zone|x-extole-[\w-]+)\s*$/i.test(name)
}
