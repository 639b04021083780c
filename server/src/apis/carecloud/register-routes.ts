import type { FastifyInstance, HTTPMethods } from 'fastify'
import { createAnswer } from './answer-route.ts'
import type { CareCloudDependencies } from './carecloud-api.ts'
import { documentRoute } from './document-route.ts'
import { methodNotAllowed, notFound } from './errors/carecloud-error.ts'
import { isEmptyBody } from './read-body.ts'
import type { Route } from './route.ts'

/** Where routes stand; every other way to write an address leads here (canonical-url.ts). */
const basePath = '/rest-api/:interface/v1.0'

/** What a request is for, found before anything of it is looked at (L26). */
type Target =
  | { readonly kind: 'route'; readonly route: Route }
  | { readonly kind: 'other-method'; readonly allowed: readonly string[] }
  | { readonly kind: 'unknown' }

declare module 'fastify' {
  interface FastifyContextConfig {
    careCloud?: Target
  }
}

/** Answered 405 where a path does not take them; any further one is 404. */
const methods: readonly HTTPMethods[] = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'QUERY',
]

/** Registers the routes, 405 for their other methods, and 404 for every other path of the API's segments (S1). */
export function registerRoutes(
  scope: FastifyInstance,
  routes: readonly Route[],
  dependencies: CareCloudDependencies,
): void {
  const answer = createAnswer(dependencies)
  const served = new Map<string, { readonly path: string; readonly methods: Set<HTTPMethods> }>()

  for (const route of routes) {
    const config = { careCloud: { kind: 'route', route } as const }
    const url = `${basePath}${route.path}`
    scope.route({
      method: route.method,
      url,
      config,
      schema: documentRoute(route),
      handler: (request, reply) => answer(route, request, reply),
    })
    const shape = route.path.replace(/:\w+/g, ':')
    const known = served.get(shape) ?? { path: route.path, methods: new Set() }
    served.set(shape, known)
    known.methods.add(route.method)
    if (route.method === 'GET') known.methods.add('HEAD')
  }
  for (const route of routes.filter(({ alsoPost }) => alsoPost)) {
    const others = served.get(route.path)?.methods ?? new Set()
    others.add('POST')
    scope.route({
      method: 'POST',
      url: `${basePath}${route.path}`,
      config: { careCloud: { kind: 'route', route } },
      schema: { hide: true } as object,
      handler: (request, reply) => {
        if (!isEmptyBody(request.body)) throw methodNotAllowed('POST', ['GET', 'HEAD'])
        return answer(route, request, reply)
      },
    })
  }
  for (const { path, methods: taken } of served.values()) {
    const allowed = [...taken]
    scope.route({
      method: methods.filter((method) => !taken.has(method)),
      url: `${basePath}${path}`,
      config: { careCloud: { kind: 'other-method', allowed } },
      schema: { hide: true } as object,
      handler: ({ method }) => {
        throw methodNotAllowed(method, allowed)
      },
    })
  }
  for (const url of ['/rest-api', '/rest-api/*', '/webservice', '/webservice/*']) {
    scope.all(
      url,
      { config: { careCloud: { kind: 'unknown' } }, schema: { hide: true } as object },
      (request) => {
        throw notFound(firstSegment(request.url), null)
      },
    )
  }
}

/** The first segment below the version; of an address that has no such part, its first one. */
export function firstSegment(url: string): string {
  const [path = ''] = url.split('?', 1)
  const below = /^\/rest-api\/(?:customer|enterprise)-interface\/v1\.0\/([^/]+)/.exec(path)?.[1]
  return below ?? path.split('/')[1] ?? ''
}
