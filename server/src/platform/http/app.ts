import { randomUUID } from 'node:crypto'
import { type IncomingMessage, METHODS } from 'node:http'
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
  type RawServerDefault,
} from 'fastify'
import type { Logger } from '../log.ts'
import { answerBrokenRequest } from './broken-request.ts'
import { problem, problemType } from './problem.ts'

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  import('node:http').ServerResponse,
  Logger
>

export interface AppOptions {
  /** Networks whose `X-Forwarded-…` headers are believed. */
  readonly trustedProxies: readonly string[]
}

/** The address under which a route stands, of one that an API serves by several names; any other as it is. */
export type CanonicalUrl = (url: string, method: string) => string

/** No limit of the router's own: what is too long for an id is that API's to answer, and Node bounds the whole head. */
const longestPathSegment = 64 * 1024

/**
 * The one Fastify instance that all APIs are registered in, each a sealed scope. What no API claims, and what
 * breaks before a route is found, is answered here as a problem.
 */
export function createApp(
  { trustedProxies }: AppOptions,
  logger: Logger,
  canonicalUrl: CanonicalUrl = (url) => url,
): App {
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    genReqId: () => randomUUID(),
    // A logger for every request would cost more than most requests log. What is logged of one names its id.
    childLoggerFactory: () => logger,
    requestTimeout: 60_000,
    forceCloseConnections: 'idle',
    // What still comes on a connection that is busy while we stop is served, as its last: the router's own refusal
    // would be of no API's shape, and tells nobody when to come again.
    return503OnClosing: false,
    // Each API says what it takes; a route without a limit of its own gets this one.
    bodyLimit: 1024 * 1024,
    http: { maxHeaderSize: mostHeaderBytes },
    routerOptions: { ignoreTrailingSlash: true, caseSensitive: true, maxParamLength: longestPathSegment },
    rewriteUrl: ({ url = '/', method = 'GET' }) =>
      leadUndecodableAstray(canonicalUrl(originForm(url), method)),
    clientErrorHandler: answerBrokenRequest,
  })
  // What nobody serves is refused by the API whose path it is, in that API's shape (S1), not only by what HTTP began with.
  const known = new Set(app.supportedMethods)
  for (const method of METHODS.filter((name) => name !== 'CONNECT' && !known.has(name))) {
    app.addHttpMethod(method, { hasBody: true })
  }
  // No path of ours takes a body; what one is in is for the API to say whose path it is.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _body, done) => done(null))
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 500) request.log.error({ err: error, requestId: request.id }, 'a request failed')
    const title = status >= 500 ? 'Internal Server Error' : error.message
    reply.code(status).type(problemType).send(problem(status, title))
  })
  return app
}

/** A query with a thousand e-mail addresses fits (carecloud L39). */
const mostHeaderBytes = 128 * 1024

/** First segments of the product's own paths (S1). */
const ownSegments: ReadonlySet<string> = new Set([
  '',
  'healthz',
  'readyz',
  'metrics',
  'docs',
  'manage',
  'console',
  'assets',
  'favicon.ico',
  'robots.txt',
])

/**
 * Answers what no route takes: a path of the product's own as a problem, any other as the API says that such paths
 * are of (S1). Without one every path is the product's.
 */
export function answerUnknownPaths(
  app: App,
  others?: (request: FastifyRequest, reply: FastifyReply) => void,
): void {
  app.setNotFoundHandler((request, reply) => {
    const [url = ''] = request.url.split('?', 1)
    if (others && !ownSegments.has(url.split('/')[1] ?? '')) {
      others(request, reply)
      return
    }
    const readable = request.method !== 'GET' && app.hasRoute({ method: 'GET', url })
    const [status, title] = readable ? [405, 'Method Not Allowed'] : [404, 'Not Found']
    if (readable) reply.header('Allow', 'GET, HEAD')
    reply.code(status).type(problemType).send(problem(status, title))
  })
}

/** What is asked through a proxy may name the origin too (RFC 9112, 3.2.2); the path alone says what is meant. */
function originForm(url: string): string {
  const [, path] = /^https?:\/\/[^/?]*(.*)$/is.exec(url) ?? []
  if (path === undefined) return url
  return path.startsWith('/') ? path : `/${path}`
}

/**
 * A path that cannot be percent-decoded names nothing. The router would answer it for the whole origin; led below
 * its first segment to where nothing is, it is answered by the API whose it is, in that API's shape.
 */
function leadUndecodableAstray(url: string): string {
  if (!url.includes('%')) return url
  const [path = ''] = url.split('?', 1)
  try {
    decodeURIComponent(path)
    return url
  } catch {
    const [, first = ''] = path.split('/')
    return `/${first.includes('%') ? '%00' : first}/%00/%00/%00/%00/%00/%00`
  }
}
