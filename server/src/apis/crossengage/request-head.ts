import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'

export type ApiVersion = '1' | '2'

/** The version that a request names; blanks around it are ignored (2.2). */
export function versionOf(request: IncomingMessage): ApiVersion | undefined {
  const header = request.headers['x-xng-apiversion']
  const version = typeof header === 'string' ? header.trim() : undefined
  return version === '1' || version === '2' ? version : undefined
}

/** Whether the answer is parsed as JSON whatever its status: a widely used client does so (2.4). */
export function isBatch(request: FastifyRequest): boolean {
  return request.method === 'POST' && /^\/users\/batch\/?(\?|$)/.test(request.url)
}
