import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Workspace } from '../../core/workspaces/workspace.ts'

const allowedMethods = 'GET, POST, PUT, DELETE, HEAD'
const allowedHeaders = 'authorization, content-type, accept-language, x-external-app-id'
const exposedHeaders = 'Content-Language, Retry-After'
const maxAgeSeconds = 600

/** The headers of L8, on errors too: the origin itself is named, cookies never count. False: none. */
export function writeCorsHeaders(
  { headers: { origin } }: FastifyRequest,
  reply: FastifyReply,
  workspace: Workspace | undefined,
): boolean {
  if (origin === undefined || !workspace) return false
  const { origins } = workspace.settings
  reply.header('Vary', 'Origin')
  if (!origins.includes(origin) && !origins.includes('*')) return false
  reply.header('Access-Control-Allow-Origin', origin)
  reply.header('Access-Control-Expose-Headers', exposedHeaders)
  return true
}

export function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined
}

/** Answered before anything else is asked. */
export function answerPreflight(
  request: FastifyRequest,
  reply: FastifyReply,
  workspace: Workspace | undefined,
): FastifyReply {
  if (writeCorsHeaders(request, reply, workspace)) {
    reply.header('Access-Control-Allow-Methods', allowedMethods)
    reply.header('Access-Control-Allow-Headers', allowedHeaders)
    reply.header('Access-Control-Max-Age', maxAgeSeconds)
  }
  return reply.code(204).send()
}
