import { addressParts } from '../../core/addresses/profile-parts.ts'
import { sourceParts } from '../../core/customer-sources/profile-parts.ts'
import { customerTokenParts } from '../../core/customer-tokens/profile-parts.ts'
import { createEventAppender } from '../../core/events/event-appender.ts'
import { eventParts } from '../../core/events/profile-parts.ts'
import { identityParts } from '../../core/identity/identity-parts.ts'
import { interestParts } from '../../core/interests/profile-parts.ts'
import { partnerRelationParts } from '../../core/partner-relations/profile-parts.ts'
import { passwordParts } from '../../core/passwords/profile-parts.ts'
import { createLedger } from '../../core/points/create-ledger.ts'
import { propertyParts } from '../../core/properties/profile-parts.ts'
import { createPurchaseBooker } from '../../core/purchases/purchase-booker.ts'
import { referralParts } from '../../core/referral/profile-parts.ts'
import { rewardParts } from '../../core/rewards/profile-parts.ts'
import { statusReaction } from '../../core/statuses/status-reaction.ts'
import { type App, createApp } from '../../platform/http/app.ts'
import { createRateLimiters } from '../../platform/http/rate-limit.ts'
import { type Answer, type CallOptions, callApp, type Method } from '../../testing/call-app.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { canonicalUrl } from './canonical-url.ts'
import { type CareCloudParts, registerCarecloud } from './carecloud-api.ts'

/** The API on a real PostgreSQL, called without a network; the clock stands still until it is moved. */
export interface TestCareCloud extends AsyncDisposable {
  readonly db: TestDatabase
  readonly app: App
  readonly workspaceId: number
  moveClock(seconds: number): void
  now(): Date
  call(method: Method, url: string, options?: CallOptions): Promise<Answer>
  /** A call of the customer interface; `path` stands below `v1.0`. */
  c(method: Method, path: string, options?: CallOptions): Promise<Answer>
  /** A call of the enterprise interface, by the master key unless a token is given. */
  e(method: Method, path: string, options?: CallOptions): Promise<Answer>
}

export const masterKey = 'test-master-key'

export async function openTestCareCloud(
  workspaces: readonly string[],
  options: {
    readonly rateLimit?: boolean
    readonly more?: (db: TestDatabase) => Partial<CareCloudParts>
  } = {},
): Promise<TestCareCloud> {
  const db = await createTestDatabase()
  await db.apply(...workspaces)
  // Whole seconds, as answers have them.
  let nowMs = Math.floor(Date.now() / 1000) * 1000
  const clock = { now: () => new Date(nowMs) }
  const app = createApp({ trustedProxies: [] }, db.logger, canonicalUrl)
  const rateLimit = options.rateLimit ?? false
  const appender = createEventAppender(db.database, () => {})
  const ledger = createLedger([statusReaction], clock)
  registerCarecloud(app, {
    directory: db.directory,
    database: db.database,
    clock,
    rateLimit,
    rateLimiter: createRateLimiters(rateLimit),
    publicUrl: (workspace) => workspace.settings.publicUrl ?? 'http://localhost:8080',
    ledger,
    purchases: createPurchaseBooker(db.database, ledger),
    events: { append: (...event) => appender.append(...event), wake() {} },
    profileParts: [
      ...identityParts,
      ...eventParts,
      ...rewardParts,
      ...referralParts,
      ...customerTokenParts,
      ...passwordParts,
      ...propertyParts,
      ...interestParts,
      ...sourceParts,
      ...addressParts,
      ...partnerRelationParts,
    ],
    ...options.more?.(db),
  })
  await app.ready()

  const call = (method: Method, url: string, options?: CallOptions) => callApp(app, method, url, options)

  return {
    db,
    app,
    workspaceId: db.directory.slugs().map((slug) => db.directory.bySlug(slug)?.id ?? 0)[0] ?? 0,
    moveClock(seconds) {
      nowMs += seconds * 1000
    },
    now: () => clock.now(),
    call,
    c: (method, path, options) =>
      call(method, `/webservice/rest-api/customer-interface/v1.0${path}`, options),
    e: (method, path, options) =>
      call(method, `/rest-api/enterprise-interface/v1.0${path}`, { token: masterKey, ...options }),
    async [Symbol.asyncDispose]() {
      await app.close()
      await db[Symbol.asyncDispose]()
    },
  }
}

/** A new customer interface token. */
export async function newToken(api: TestCareCloud, body?: object): Promise<string> {
  const answer = await api.c('POST', '/tokens', body === undefined ? {} : { body })
  if (answer.status !== 201) throw new Error(answer.text)
  return answer.body.data.token_id
}
