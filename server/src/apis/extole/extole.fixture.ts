import { eventParts } from '../../core/events/profile-parts.ts'
import { identityParts } from '../../core/identity/identity-parts.ts'
import { referralParts } from '../../core/referral/profile-parts.ts'
import { rewardParts } from '../../core/rewards/profile-parts.ts'
import { type App, answerUnknownPaths, createApp } from '../../platform/http/app.ts'
import { createRateLimiters } from '../../platform/http/rate-limit.ts'
import type { Logger } from '../../platform/log.ts'
import { type Answer, type CallOptions, callApp, type Method } from '../../testing/call-app.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { answerUnclaimed } from './answer-unclaimed.ts'
import { type ExtoleDependencies, registerExtole } from './extole-api.ts'
import { openStores } from './stores.ts'

export const testWorkspace = `
workspace: acme
displayName: Acme Stores
domains: [acme.example, localhost]
publicUrl: https://go.acme.example
origins: ["https://shop.acme.example"]
keys:
  - { name: backend, kind: master, secret: test-master-key }
  - { name: app, kind: write, secret: test-write-key }
jwtKeys:
  - { kid: shop-1, algorithm: HS256, secret: "0123456789abcdef0123456789abcdef" }
customerData:
  attributes:
    - { name: firstName, type: string }
    - { name: tier, type: string }
  standardFields: { first_name: firstName }
`

/** The API on a real PostgreSQL, called without a network; the clock stands still until it is moved. */
export interface TestExtole extends AsyncDisposable {
  readonly db: TestDatabase
  readonly app: App
  readonly workspaceId: number
  moveClock(seconds: number): void
  call(method: Method, url: string, options?: CallOptions): Promise<Answer>
}

export async function openTestExtole(
  options: {
    readonly workspaces?: readonly string[]
    readonly rateLimit?: boolean
    readonly more?: (db: TestDatabase) => Partial<ExtoleDependencies>
    /** Absent: nothing is logged. */
    readonly logger?: Logger
  } = {},
): Promise<TestExtole> {
  const db = await createTestDatabase()
  await db.apply(...(options.workspaces ?? [testWorkspace]))
  let now = Date.now()
  const { rateLimit = false } = options
  const app = createApp({ trustedProxies: [] }, options.logger ?? db.logger)
  const dependencies = {
    directory: db.directory,
    database: db.database,
    ...openStores(db.database),
    clock: { now: () => new Date(now) },
    profileParts: [...identityParts, ...eventParts, ...rewardParts, ...referralParts],
    publicUrl: (workspace) => workspace.settings.publicUrl ?? 'http://localhost:8080',
    rateLimiter: createRateLimiters(rateLimit),
    rateLimit,
    ...options.more?.(db),
  } as ExtoleDependencies
  registerExtole(app, dependencies)
  answerUnknownPaths(app, answerUnclaimed(dependencies))
  await app.ready()

  return {
    db,
    app,
    workspaceId: db.directory.bySlug('acme')?.id ?? 0,
    moveClock(seconds) {
      now += seconds * 1000
    },
    call: (method, url, options) => callApp(app, method, url, options),
    async [Symbol.asyncDispose]() {
      await app.close()
      await db[Symbol.asyncDispose]()
    },
  }
}

/** A new anonymous token. */
export async function newToken(extole: TestExtole, body?: object): Promise<string> {
  const answer = await extole.call('POST', '/api/v5/token', body === undefined ? {} : { body })
  if (answer.status !== 200) throw new Error(answer.text)
  return answer.body.access_token
}
