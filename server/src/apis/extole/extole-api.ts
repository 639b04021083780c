import type { FastifyInstance } from 'fastify'
import type { Events } from '../../core/events/events.ts'
import type { ProfilePart } from '../../core/profiles/profile-part.ts'
import type { Workspace } from '../../core/workspaces/workspace.ts'
import type { WorkspaceDirectory } from '../../core/workspaces/workspace-directory.ts'
import type { Clock } from '../../platform/clock.ts'
import type { App } from '../../platform/http/app.ts'
import { type DocumentedApi, documentApi } from '../../platform/http/docs/api-docs.ts'
import type { CreateRateLimiter } from '../../platform/http/rate-limit.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { answerErrors } from './answer-errors.ts'
import { authenticate } from './authenticate.ts'
import { consumerRoutes } from './consumers/routes.ts'
import { coreJsRoutes } from './core-js/core-js-routes.ts'
import { debugRoutes } from './debug/routes.ts'
import { eventRoutes } from './events/event-routes.ts'
import { finishAnswers } from './finish-answers.ts'
import { friendRoutes } from './friends/friend-routes.ts'
import { journeyRoutes } from './journeys/journey-routes.ts'
import { linkRoutes } from './links/link-routes.ts'
import { capabilityRoutes } from './me/capability-routes.ts'
import { parameterRoutes } from './me/parameter-routes.ts'
import { meRoutes } from './me/routes.ts'
import { membershipRoutes } from './memberships/membership-routes.ts'
import { refuseOtherMethods } from './other-methods.ts'
import { peopleRoutes } from './people/routes.ts'
import { createRateLimits, type RateLimits } from './rate-limits.ts'
import { readInputs } from './read-input.ts'
import { rewardRoutes } from './rewards/reward-routes.ts'
import './route-config.ts'
import { completeDocuments } from './schemas/route-document.ts'
import { shareableRoutesV4 } from './shareables/routes-v4.ts'
import { shareableRoutesV5 } from './shareables/routes-v5.ts'
import { shareableRoutesV6 } from './shareables/routes-v6.ts'
import { mailShareRoutes } from './shares/mail-share-routes.ts'
import { optOutPageRoutes } from './shares/opt-out-page.ts'
import { optOutRoutes } from './shares/opt-out-routes.ts'
import { shareListRoutes } from './shares/share-list-routes.ts'
import type { ExtoleStores } from './stores.ts'
import { takeJwtHeader } from './take-jwt-header.ts'
import { tokenRoutesV4 } from './tokens/routes-v4.ts'
import { tokenRoutesV5 } from './tokens/routes-v5.ts'
import { verificationMailRoutes } from './verification/mail-routes.ts'
import { verificationPageRoutes } from './verification/page-routes.ts'
import { zoneRootRoutes, zoneRoutes } from './zones/zone-routes.ts'

/** What the API stands on. */
export interface ExtoleDependencies extends ExtoleStores {
  readonly directory: WorkspaceDirectory
  readonly database: Database
  readonly clock: Clock
  readonly events: Events
  /** What other nouns keep of a profile: it moves when profiles merge. */
  readonly profileParts: readonly ProfilePart[]
  /** What links begin with, without a slash at its end (S6). */
  publicUrl(workspace: Workspace): string
  readonly rateLimiter: CreateRateLimiter
  /** Whether the rates of E117 hold. */
  readonly rateLimit: boolean
}

/** Registers routes at their paths without `/api`. */
export type ExtoleRoutes = (
  scope: FastifyInstance,
  dependencies: ExtoleDependencies,
  limits: RateLimits,
) => void

/** Routes with a version, and the four web routes that answer below `/api` as well (E1, E2). */
const routesWithAndWithoutPrefix: readonly ExtoleRoutes[] = [
  tokenRoutesV5,
  tokenRoutesV4,
  meRoutes,
  parameterRoutes,
  capabilityRoutes,
  membershipRoutes,
  journeyRoutes,
  peopleRoutes,
  consumerRoutes,
  verificationMailRoutes,
  debugRoutes,
  eventRoutes,
  zoneRoutes,
  shareableRoutesV6,
  shareableRoutesV5,
  shareableRoutesV4,
  rewardRoutes,
  friendRoutes,
  mailShareRoutes,
  shareListRoutes,
  optOutRoutes,
]
/** Web routes that stand at the root alone. */
const routesAtRoot: readonly ExtoleRoutes[] = [
  verificationPageRoutes,
  zoneRootRoutes,
  coreJsRoutes,
  optOutPageRoutes,
  linkRoutes,
]

/** The API: its rows of the routing table, each route with and without `/api` (S1, E1). */
export function registerExtole(app: App, dependencies: ExtoleDependencies): void {
  app.register(async (api) => {
    await documentApi(api, extoleDocs)
    api.register(async (scope) => {
      const limits = createRateLimits(dependencies.rateLimiter)
      const otherMethods = refuseOtherMethods(scope)
      completeDocuments(scope)
      authenticate(scope, dependencies, limits)
      readInputs(scope)
      takeJwtHeader(scope, dependencies)
      finishAnswers(scope, dependencies)
      answerErrors(scope)
      // OpenAPI documents come from the routes' schemas; what is valid is decided by the routes.
      scope.setValidatorCompiler(() => () => true)
      scope.setSerializerCompiler(() => (value) => JSON.stringify(value))
      for (const prefix of ['', '/api']) {
        scope.register(
          async (prefixed) => {
            for (const routes of routesWithAndWithoutPrefix) routes(prefixed, dependencies, limits)
          },
          { prefix },
        )
      }
      scope.register(async (root) => {
        for (const routes of routesAtRoot) routes(root, dependencies, limits)
      })
      scope.register(async (last) => otherMethods(last))
    })
  })
}

export const extoleDocs: DocumentedApi = {
  name: 'extole',
  title: 'Extole customer API',
  description:
    'Devices, tokens and trust; profiles, events, zones, share codes, referral and rewards, for browsers and apps.',
  credentials: {
    token: {
      type: 'apiKey',
      in: 'header',
      name: 'Authorization',
      description: 'Bearer and an access token. It may also stand in the query, as access_token.',
    },
    key: {
      type: 'apiKey',
      in: 'header',
      name: 'Authorization',
      description: 'Bearer and a workspace key of kind master: for back ends alone.',
    },
  },
  groups: {
    Tokens: 'One device each; what it may see and change hangs on its trust.',
    Me: 'Who the caller is: identity, names, parameters, segments, journeys.',
    Verification: 'A mailed link that verifies a token.',
    Consumers: 'A back end that vouches for a consumer.',
    Events: 'What a consumer does.',
    Zones: 'Creatives, filled in for the caller.',
    Shareables: 'Share codes and their links.',
    Shares: 'Sharing by mail, and what was shared.',
    Referral: 'Who referred whom.',
    Rewards: 'What the caller was granted.',
    People: 'The public part of other people.',
    'Opt-out': 'Who wants no share mails any more.',
    Web: 'For pages: cookies work, events and zones never answer an error status.',
    'Tokens, version 4': 'The same with cookies, for older clients.',
    'Shareables, version 4': 'The same by number, for older clients.',
    Debug: 'Where mobile SDKs log their own failures.',
  },
}
