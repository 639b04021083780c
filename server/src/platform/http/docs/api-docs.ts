import { readFileSync } from 'node:fs'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { searchPlugin } from './search-plugin.ts'

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
  /** What its groups of operations are about, in the order in which they are shown; a group may be left out. */
  readonly groups?: Readonly<Record<string, string>>
  /** Where its paths begin, if they have that in common; `at` is how routes write it. */
  readonly base?: {
    readonly at: string
    readonly servers: readonly { readonly url: string; readonly description: string }[]
  }
}

const style = readFileSync(new URL('docs-page.css', import.meta.url), 'utf8')
const script = readFileSync(new URL('docs-page.js', import.meta.url), 'utf8')
const theme = {
  css: [{ filename: 'docs-page.css', content: style }],
  js: [{ filename: 'docs-page.js', content: script }],
}

/**
 * Documents the routes of an API's scope: call it in the scope, before its routes. The OpenAPI document is at
 * `/docs/<name>/json`, a readable page at `/docs/<name>`.
 */
export async function documentApi(scope: FastifyInstance, api: DocumentedApi): Promise<void> {
  const { base, groups = {} } = api
  await scope.register(swagger, {
    openapi: {
      info: { title: api.title, description: api.description, version: '1.0.0' },
      ...(base && { servers: [...base.servers] }),
      tags: Object.entries(groups).map(([name, description]) => ({ name, description })),
      components: { securitySchemes: { ...api.credentials } },
      security: [Object.fromEntries(Object.keys(api.credentials).map((name) => [name, []]))],
    },
    transform: ({ schema, url }) => ({
      schema,
      url: base && url.startsWith(base.at) ? url.slice(base.at.length) : url,
    }),
    transformObject: (document) =>
      'openapiObject' in document ? withOptionalBodies(document.openapiObject) : document.swaggerObject,
  })
  await scope.register(swaggerUi, {
    routePrefix: `/docs/${api.name}`,
    theme: { title: `${api.title} – Tessera`, ...theme },
    uiConfig: {
      // Without the bar on top, which carries another product's name.
      layout: 'BaseLayout',
      deepLinking: true,
      docExpansion: 'none',
      filter: true,
      defaultModelsExpandDepth: -1,
      defaultModelExpandDepth: 5,
      plugins: [searchPlugin],
    } as object,
  })
}

/** A body of which nothing is required may be left out; the plugin says of every body that it is required. */
function withOptionalBodies<Document extends { paths?: object | undefined }>(document: Document): Document {
  const operations = Object.values(document.paths ?? {}).flatMap((path) => Object.values<Operation>(path))
  for (const { requestBody } of operations) {
    const schemas = Object.values(requestBody?.content ?? {}).map(({ schema }) => schema)
    if (requestBody && schemas.every((schema) => schema?.required === undefined)) requestBody.required = false
  }
  return document
}

interface Operation {
  readonly requestBody?: {
    required?: boolean
    readonly content: Readonly<Record<string, { readonly schema?: { readonly required?: unknown } }>>
  }
}
