import type { FastifyInstance } from 'fastify'
import type { Ingest } from '../../core/ingest/ingest.ts'
import type { ProfileReader } from '../../core/profiles/profile-reader.ts'
import type { WorkspaceDirectory } from '../../core/workspaces/workspace-directory.ts'
import type { App } from '../../platform/http/app.ts'
import { type DocumentedApi, documentApi } from '../../platform/http/docs/api-docs.ts'
import type { CreateRateLimiter, RateLimit } from '../../platform/http/rate-limit.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { answerErrors } from './answer-errors.ts'
import { authenticate, versionConstraint } from './authenticate.ts'
import { bodyLimitBytes } from './body-limit.ts'
import { routesV1 } from './v1/routes-v1.ts'
import { routesV2 } from './v2/routes-v2.ts'

/** What the API stands on. */
export interface CrossengageDependencies {
  readonly directory: WorkspaceDirectory
  readonly ingest: Ingest
  readonly reader: ProfileReader
  readonly database: Database
  readonly rateLimiter: CreateRateLimiter
}

/** By address; a client with a key that is known is never counted. */
const unknownKeys: RateLimit = { most: 300, windowMs: 60_000, keyOf: (request) => request.ip }

/** The API in both versions: the paths `/users…`, `/leads…`, and `POST /events` with one of its headers. */
export function registerCrossengage(app: App, dependencies: CrossengageDependencies): void {
  app.addConstraintStrategy(versionConstraint)
  app.register(async (api) => {
    await documentApi(api, crossengageDocs)
    const limitUnknownKeys = dependencies.rateLimiter(unknownKeys)
    for (const prefix of ['/users', '/leads', '/events']) {
      api.register(
        async (scope) => {
          authenticate(scope, dependencies.directory, limitUnknownKeys)
          sealedScope(scope, prefix, dependencies)
        },
        { prefix },
      )
    }
  })
}

export const crossengageDocs: DocumentedApi = {
  name: 'crossengage',
  title: 'CrossEngage user API',
  description:
    'Profiles: asynchronous writes with tracking (version 2), synchronous writes, attributes, leads and events (version 1).',
  credentials: {
    key: {
      type: 'apiKey',
      in: 'header',
      name: 'X-XNG-AuthToken',
      description: 'A workspace key of kind master.',
    },
    version: { type: 'apiKey', in: 'header', name: 'X-XNG-ApiVersion', description: '1 or 2.' },
  },
  groups: {
    'Version 2':
      'Asynchronous: a write is durable when it is answered, and applied soon after; its tracking id says what became of each user.',
    'Version 1': 'Synchronous: a write is answered when it is applied.',
  },
}

function sealedScope(scope: FastifyInstance, prefix: string, dependencies: CrossengageDependencies): void {
  readBodies(scope)
  answerErrors(scope, prefix)
  routesV2(scope, prefix, dependencies)
  routesV1(scope, prefix, dependencies)
}

/** Bodies are kept as bytes: which of them are read, and how a broken one is answered, is the routes' to say. */
function readBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyLimitBytes }, (_request, body, done) =>
    done(null, body),
  )
  // OpenAPI documents come from the routes' schemas; what is valid is decided against the workspace.
  scope.setValidatorCompiler(() => () => true)
  scope.setSerializerCompiler(() => (value) => JSON.stringify(value))
}
