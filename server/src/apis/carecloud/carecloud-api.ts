import { findCardHolder } from '../../core/cards/find-card.ts'
import type { RunningEvents } from '../../core/events/events.ts'
import type { Ledger } from '../../core/points/ledger.ts'
import type { ProfilePart } from '../../core/profiles/profile-part.ts'
import type { PurchaseBooker } from '../../core/purchases/purchase-booker.ts'
import type { FindCardHolder } from '../../core/registration/find-for-login.ts'
import type { Workspace } from '../../core/workspaces/workspace.ts'
import type { WorkspaceDirectory } from '../../core/workspaces/workspace-directory.ts'
import type { Clock } from '../../platform/clock.ts'
import type { App } from '../../platform/http/app.ts'
import { type DocumentedApi, documentApi } from '../../platform/http/docs/api-docs.ts'
import type { RateLimit, RateLimiter } from '../../platform/http/rate-limit.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { authenticate } from './authenticate.ts'
import { cardListRoutes } from './cards/card-list-routes.ts'
import { cardRoutes } from './cards/card-routes.ts'
import { addressRoutes } from './customer-records/address-routes.ts'
import { interestRecordRoutes } from './customer-records/interest-record-routes.ts'
import { ownerPropertyRoutes } from './customer-records/owner-property-routes.ts'
import { partnerRecordRoutes } from './customer-records/partner-record-routes.ts'
import { propertyRecordRoutes } from './customer-records/property-record-routes.ts'
import { sourceRecordRoutes } from './customer-records/source-record-routes.ts'
import { customerActionRoutes } from './customers/action-routes.ts'
import { customerRoutes } from './customers/customer-routes.ts'
import { answerErrors } from './errors/answer-errors.ts'
import { eventListRoutes } from './events/event-list-routes.ts'
import { eventRoutes } from './events/event-routes.ts'
import { passwordPage } from './password-page/password-page.ts'
import { pointListRoutes } from './points/point-list-routes.ts'
import { pointRoutes } from './points/point-routes.ts'
import { reservationRoutes } from './points/reservation-routes.ts'
import { walletRoutes } from './points/wallet-routes.ts'
import { purchaseListRoutes } from './purchases/purchase-list-routes.ts'
import { purchaseRoutes } from './purchases/purchase-routes.ts'
import { tillRoutes } from './purchases/till-routes.ts'
import { type CountedLogin, countLoginFailures } from './rates.ts'
import { takeBodies } from './read-body.ts'
import { listRoutes } from './reference-data/list-routes.ts'
import { propertyRoutes } from './reference-data/property-routes.ts'
import { storeRoutes } from './reference-data/store-routes.ts'
import { registerRoutes } from './register-routes.ts'
import { rewardRoutes } from './rewards/reward-routes.ts'
import type { Route } from './route.ts'
import { segmentListRoutes } from './segments/segment-list-routes.ts'
import { segmentRoutes } from './segments/segment-routes.ts'
import { statusRecordRoutes } from './statuses/status-record-routes.ts'
import { testRoutes } from './tests/test-routes.ts'
import { handOverRoutes } from './tokens/hand-over-routes.ts'
import { loginRoutes } from './tokens/login-routes.ts'
import { passwordMailRoutes } from './tokens/password-mail-routes.ts'
import { tokenRoutes } from './tokens/token-routes.ts'
import { userRoutes } from './users/user-routes.ts'
import { voucherListRoutes } from './vouchers/voucher-list-routes.ts'
import { voucherRoutes } from './vouchers/voucher-routes.ts'

/**
 * The loyalty CRM API. How a resource is added:
 *
 * 1. A folder of the resource's name, with a file that gives its routes:
 *
 *        export function cardRoutes({ database }: CareCloudDependencies): readonly Route[] {
 *          return [
 *            route({
 *              method: 'PUT',
 *              path: '/cards/:card_id',
 *              interfaces: 'both',
 *              guardedBy: 'cards',
 *              summary: 'Replace a card',
 *              find: ({ workspace, params, reach }) => findReachableCard(database, workspace, params.card_id, reach),
 *              body: { card: required(object({ card_type_id: id, valid_to: dateTime({ dayAs: 'end' }) })) },
 *              answers: 'nothing',
 *              handle: async ({ workspace, found: card, body }) => { … one verb of the core … },
 *            }),
 *          ]
 *        }
 *
 * 2. A line in `resources` below.
 *
 * What a route need not say itself: prefixes, interfaces, aliases, HEAD, 404 and 405 (canonical-url.ts,
 * register-routes.ts); the credential, roles, guards, rates, CORS (authenticate.ts); the customer of a path with
 * `:customer_id` (`call.customer`); coercion, and that all faults are told at once (values/: `required`,
 * `withDefault`, `object`, `list`, `text`, `id`, `number`, `integer`, `flag`, `oneOf`, `email`, `phone`, `dateTime`,
 * `date`, `definedIn`, `customerId`; lists/: `anyOf`); `count`, `offset`, `sort_field`, `sort_direction` of lists
 * (`call.list`, to be given to `core/lists/read-page.ts`); envelope, status, `Content-Language`.
 *
 * What it says: what it shows (`shows`, from schemas/: /docs tells it, and the acceptance suite holds every answer to
 * what /docs tells); whose records a list holds (`listedProfiles(call.reach, query.customer_id)`); what the core refuses,
 * by a table from the verb's refusals to `refuse(name, reason, value)` with `satisfies Record`. Presenters stand
 * beside the routes as `present-card.ts`: every field of the contract, unset ones null, times by `presentTime`.
 */
export function registerCarecloud(app: App, parts: CareCloudParts): void {
  const dependencies = { ...parts, findCardHolder, countedLogin: countLoginFailures(parts.rateLimit) }
  app.register(async (api) => {
    await documentApi(api, carecloudDocs)
    api.register(async (scope) => {
      takeBodies(scope)
      authenticate(scope, dependencies)
      answerErrors(scope)
      // OpenAPI documents come from the routes' readers, and so does what is valid.
      scope.setValidatorCompiler(() => () => true)
      scope.setSerializerCompiler(() => (value) => JSON.stringify(value))
      registerRoutes(
        scope,
        resources.flatMap((routes) => routes(dependencies)),
        dependencies,
      )
    })
    api.register(async (pages) => passwordPage(pages, dependencies))
  })
}

/** What the API stands on. */
export interface CareCloudParts {
  readonly directory: WorkspaceDirectory
  readonly database: Database
  readonly clock: Clock
  /** Makes a limiter; one that lets everything pass where rates are off. */
  readonly rateLimiter: (limit: RateLimit) => RateLimiter
  /** Whether rates hold. */
  readonly rateLimit: boolean
  /** What links begin with, without a slash at its end (S6). */
  publicUrl(workspace: Workspace): string
  /** Points move by it alone. */
  readonly ledger: Ledger
  readonly purchases: PurchaseBooker
  /** `wake` is called after a transaction that appended events itself. */
  readonly events: Pick<RunningEvents, 'append' | 'wake'>
  /** What other nouns keep of a profile. */
  readonly profileParts: readonly ProfilePart[]
}

/** What routes stand on. */
export interface CareCloudDependencies extends CareCloudParts {
  /** Counts wrong passwords, for each value that was to log in. */
  readonly countedLogin: CountedLogin
  readonly findCardHolder: FindCardHolder
}

/** The routes of one resource. */
type Resource = (dependencies: CareCloudDependencies) => readonly Route[]

const resources: readonly Resource[] = [
  customerRoutes,
  customerActionRoutes,
  propertyRecordRoutes,
  interestRecordRoutes,
  sourceRecordRoutes,
  addressRoutes,
  partnerRecordRoutes,
  ownerPropertyRoutes,
  tokenRoutes,
  loginRoutes,
  handOverRoutes,
  passwordMailRoutes,
  userRoutes,
  testRoutes,
  listRoutes,
  propertyRoutes,
  storeRoutes,
  cardListRoutes,
  cardRoutes,
  pointListRoutes,
  pointRoutes,
  reservationRoutes,
  walletRoutes,
  purchaseListRoutes,
  purchaseRoutes,
  tillRoutes,
  rewardRoutes,
  statusRecordRoutes,
  voucherListRoutes,
  voucherRoutes,
  eventListRoutes,
  eventRoutes,
  segmentListRoutes,
  segmentRoutes,
]

export const carecloudDocs: DocumentedApi = {
  name: 'carecloud',
  title: 'CareCloud loyalty API',
  description:
    'Customer interface (apps and shops, with a token for each device) and enterprise interface (tills and back ends, with an operator’s login or a master key). Paths are the same below /webservice/rest-api. Every answer stands below "data".',
  base: {
    at: '/rest-api/:interface/v1.0',
    servers: [
      { url: '/rest-api/enterprise-interface/v1.0', description: 'Enterprise interface' },
      { url: '/rest-api/customer-interface/v1.0', description: 'Customer interface' },
    ],
  },
  credentials: {
    credential: {
      type: 'apiKey',
      in: 'header',
      name: 'Authorization',
      description:
        'Customer interface: Bearer and the token, or Basic with the token as password. Enterprise interface: Bearer and the token of a login, or a workspace key of kind master.',
    },
  },
  groups: {
    customers:
      'Customers, and what is kept of them: properties, interests, sources, addresses, partners, statuses.',
    tokens: 'Tokens of apps and shops; who is logged in.',
    users: 'Logins of operators: people and tills.',
    purchases: 'Bills: quoted, sent once, cancelled exactly.',
    points: 'Movements of points.',
    'point-history': 'The same as a history, with what caused it.',
    'point-reservations': 'Points kept for a while.',
    wallet: 'Overviews: points, what expires, turnover.',
    rewards: 'The catalogue, and vouchers of it.',
    vouchers: 'What customers hold: used, changed, withdrawn.',
    cards: 'Loyalty cards and their holders.',
    statuses: 'Tiers.',
    events: 'What customers do.',
    segments: 'Groups of customers, by rule or by list.',
    'customer-source-records': 'Customers by their ids elsewhere.',
    stores: 'Stores, with opening hours and properties.',
    partners: 'Partners of the programme.',
    agreements: 'What customers can agree to.',
  },
}
