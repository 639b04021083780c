import type { App } from './app.ts'
import type { Metrics } from './metrics.ts'
import { problem, problemType } from './problem.ts'

export interface SystemState {
  /** Why the server is not ready; undefined: it is. */
  notReady(): Promise<string | undefined>
}

/**
 * `/` leads to the console, and the console, as there is none to serve, to what a person can look at: the documents.
 * `/healthz`: the process is up. `/readyz`: it can serve. `/metrics`: Prometheus.
 */
export function registerSystemRoutes(app: App, state: SystemState, metrics: Metrics): void {
  app.register(async (scope) => {
    scope.get('/', async (_request, reply) => reply.redirect('/console'))
    scope.get('/console', async (_request, reply) => reply.redirect('/docs'))
    scope.get('/healthz', async () => ({ status: 'up' }))
    scope.get('/readyz', async (_request, reply) => {
      const reason = await state.notReady()
      if (reason === undefined) return { status: 'ready' }
      return reply
        .code(503)
        .header('Retry-After', 1)
        .type(problemType)
        .send(problem(503, 'Service Unavailable', reason))
    })
    scope.get('/metrics', async (_request, reply) => {
      return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics())
    })
  })
}
