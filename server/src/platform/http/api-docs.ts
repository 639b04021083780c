import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import type { App } from './app.ts'

/** One API as `/docs` shows it. */
export interface DocumentedApi {
  /** Its folder's name, and its place below `/docs`. */
  readonly name: string
  readonly title: string
  readonly description: string
  /** How a request says who it is: OpenAPI security schemes by name. */
  readonly credentials: Readonly<
    Record<string, { type: 'apiKey'; in: 'header'; name: string; description: string }>
  >
}

/**
 * Documents the routes of an API's scope: call it in the scope, before its routes. The OpenAPI document is at
 * `/docs/<name>/json`, a readable page at `/docs/<name>`.
 */
export async function documentApi(scope: FastifyInstance, api: DocumentedApi): Promise<void> {
  await scope.register(swagger, {
    openapi: {
      info: { title: api.title, description: api.description, version: '1.0.0' },
      components: { securitySchemes: { ...api.credentials } },
      security: [Object.fromEntries(Object.keys(api.credentials).map((name) => [name, []]))],
    },
  })
  await scope.register(swaggerUi, {
    routePrefix: `/docs/${api.name}`,
    theme: { title: `${api.title} – Tessera` },
    // Without the bar on top, which carries another product's name.
    uiConfig: { layout: 'BaseLayout', deepLinking: true, defaultModelsExpandDepth: 0 },
  })
}

/** `/docs`: which APIs there are. */
export function registerDocsIndex(app: App, apis: readonly DocumentedApi[]): void {
  const page = indexPage(apis)
  app.get('/docs', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(page),
  )
}

function indexPage(apis: readonly DocumentedApi[]): string {
  const items = apis.map(
    ({ name, title, description }) => `<li><a href="/docs/${name}">${title}</a><p>${description}</p>
      <p class="more"><a href="/docs/${name}/json">OpenAPI, JSON</a> · <a href="/docs/${name}/yaml">YAML</a></p></li>`,
  )
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tessera APIs</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 4rem auto; padding: 0 1.5rem; color: #1b1b1f }
  h1 { font-size: 1.75rem; margin-bottom: .25rem }
  .lead, .more { color: #5c5c66 }
  ul { list-style: none; padding: 0 }
  li { border: 1px solid #dcdce4; border-radius: 10px; padding: 1rem 1.25rem; margin: 1rem 0 }
  li > a { font-weight: 600; font-size: 1.1rem }
  li p { margin: .35rem 0 0 }
  a { color: #4329c9 }
</style>
<h1>Tessera APIs</h1>
<p class="lead">One server, one customer, the APIs that your tools already speak.</p>
<ul>
${items.join('\n')}
</ul>
`
}
