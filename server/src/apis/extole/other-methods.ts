import type { FastifyInstance, HTTPMethods } from 'fastify'
import { ExtoleError } from './errors.ts'

const methods: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/**
 * Notes the routes of a scope; call what it gives back after the last of them. A path that is known answers the
 * methods it does not have with 405 and `Allow` (E121), and preflights reach it.
 */
export function refuseOtherMethods(scope: FastifyInstance): (last: FastifyInstance) => void {
  const known = new Map<string, Set<HTTPMethods>>()
  scope.addHook('onRoute', (route) => {
    if (route.config?.sharedPath) return
    const path = known.get(route.url) ?? new Set()
    for (const method of [route.method].flat()) path.add(method as HTTPMethods)
    known.set(route.url, path)
  })
  return (last) => {
    for (const [url, taken] of [...known]) {
      const others = methods.filter(
        (method) => !taken.has(method) && !(method === 'HEAD' && taken.has('GET')),
      )
      const allowed = [...taken, 'OPTIONS'].join(', ')
      last.route({
        method: others,
        url,
        config: { access: 'free', sharedPath: true },
        schema: { hide: true } as object,
        handler: async (_request, reply) => {
          reply.header('Allow', allowed)
          throw new ExtoleError('method_not_allowed')
        },
      })
    }
  }
}
