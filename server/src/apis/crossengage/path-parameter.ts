import type { FastifyRequest } from 'fastify'

/** A segment of the path, percent-decoded once; empty where the route has none of this name. */
export function pathParameter(request: FastifyRequest, name: string): string {
  const parameters = request.params as Readonly<Record<string, string | undefined>>
  return parameters[name] ?? ''
}
