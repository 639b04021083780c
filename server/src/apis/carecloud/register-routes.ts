import type { FastifyInstance } from 'fastify'
import { createAnswer } from './answer-route.ts'
import type { CareCloudDependencies } from './carecloud-api.ts'
import { documentRoute } from './document-route.ts'
import { methodNotAllowed, notFound } from './errors/carecloud-error.ts'
import { isEmptyBody } from './read-body.ts'
import type { Route } from './route.ts'

/** Where routes stand; every other way to write an address leads here (canonical-url.ts). */
const basePath = '/rest-api/:interface/v1.0'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a request is for, found before anything of it is looked at (L26); absent: nothing that is served. */
    careCloud?: Route
  }
}

/** Registers the routes, 405 for their other methods, and 404 for every other path of the API's segments (S1). */
export function registerRoutes(
  scope: FastifyInstance,
  routes: readonly Route[],
  dependencies: CareCloudDependencies,
): void {
  const answer = createAnswer(dependencies)
  for (const route of routes) {
    scope.route({
      method: route.method,
      url: `${basePath}${route.path}`,
      config: { careCloud: route },
      schema: documentRoute(route),
      handler: (request, reply) => answer(route, request, reply),
    })
  }
  for (const route of routes.filter(({ alsoPost }) => alsoPost)) {
    scope.route({
      method: 'POST',
      url: `${basePath}${route.path}`,
      config: { careCloud: route },
      schema: { hide: true } as object,
      handler: (request, reply) => {
        if (!isEmptyBody(request.body)) throw methodNotAllowed('POST', ['GET', 'HEAD'])
        return answer(route, request, reply)
      },
    })
  }
  const methodsAt = openMethodsReader(routes)
  for (const url of ['/rest-api', '/rest-api/*', '/webservice', '/webservice/*']) {
    scope.all(url, { schema: { hide: true } as object }, ({ url: asked, method }) => {
      const allowed = methodsAt(asked)
      // One that is served by this very method has an id that is too long for the router: there is no such record.
      throw allowed && !allowed.includes(method)
        ? methodNotAllowed(method, allowed)
        : notFound(firstSegment(asked), null)
    })
  }
}

/** Tells by which methods an address is served; undefined: by none. */
function openMethodsReader(routes: readonly Route[]): (url: string) => readonly string[] | undefined {
  const served = new Map<string, { readonly segments: readonly string[]; readonly methods: Set<string> }>()
  for (const { path, method, alsoPost } of routes) {
    const shape = path.replace(/:\w+/g, ':')
    const known = served.get(shape) ?? { segments: shape.split('/'), methods: new Set() }
    served.set(shape, known)
    known.methods.add(method)
    if (method === 'GET') known.methods.add('HEAD')
    if (alsoPost) known.methods.add('POST')
  }
  // What a path names itself goes before an id that may stand there, as it does for the router.
  const shapes = [...served.values()].sort((one, other) => idsIn(one.segments) - idsIn(other.segments))

  return (url) => {
    const [, path] = belowVersion.exec(url) ?? []
    const asked = path?.split('/')
    const found = asked && shapes.find(({ segments }) => fits(asked, segments))
    return found && [...found.methods]
  }
}

const belowVersion = /^\/rest-api\/(?:customer|enterprise)-interface\/v1\.0(\/[^?]*)/

function idsIn(segments: readonly string[]): number {
  return segments.filter((segment) => segment === ':').length
}

function fits(asked: readonly string[], segments: readonly string[]): boolean {
  return (
    asked.length === segments.length &&
    segments.every((segment, index) => segment === ':' || segment === asked[index])
  )
}

/** The first segment below the version; of an address that has no such part, its first one. */
export function firstSegment(url: string): string {
  const [path = ''] = url.split('?', 1)
  const below = belowVersion.exec(path)?.[1]?.split('/')[1]
  return below || (path.split('/')[1] ?? '')
}
