import { readFile } from 'node:fs/promises'
import { registerCrossengage } from '../../server/src/apis/crossengage/crossengage-api.ts'
import { registerExtole } from '../../server/src/apis/extole/extole-api.ts'
import type { TokenStanding } from '../../server/src/core/identity/token-standing.ts'
import { parseWorkspaceFile } from '../../server/src/core/workspaces/file/parse-workspace-file.ts'
import { compileWorkspace } from '../../server/src/core/workspaces/workspace.ts'
import { createApp } from '../../server/src/platform/http/app.ts'
import { createMetrics, measureRequests } from '../../server/src/platform/http/metrics.ts'
import { createRateLimiters } from '../../server/src/platform/http/rate-limit.ts'
import { createLogger } from '../../server/src/platform/log.ts'

/** The APIs over nothing: accepting resolves at once, reading gives one user. A ceiling, not a server. */
const [, , workspaceFile = ''] = process.argv
const parsed = parseWorkspaceFile(await readFile(workspaceFile, 'utf8'), { environment: {} })
if ('faults' in parsed) throw new Error('the workspace file of the benchmarks is faulty')
const workspace = compileWorkspace({
  id: 1,
  slug: 'bench',
  revision: 1,
  secret: Buffer.alloc(32),
  settings: parsed.file,
  settingsChangedAt: new Date(0),
  keys: new Map(),
  jwtKeys: new Map(),
  attributeDefinitions: parsed.file.customerData.attributes.map((attribute, id) => ({
    ...attribute,
    id,
    fields: undefined,
  })),
})
const nowhere = { block: { day: 1, id: 1 }, start: 0 }
const user = {
  id: '0192d1f0-0000-7000-8000-000000000000',
  customerId: 'u1',
  email: 'customer.1@example.com',
  businessUnit: 'DE',
  attributesJson: '{"firstName": "Katharina", "orderCount": 7}',
}

const standing: TokenStanding = {
  tokenId: user.id,
  deviceId: user.id,
  bindingId: user.id,
  deviceProfileId: user.id,
  profileId: user.id,
  profileNumber: '6941049359794271324',
  trust: 'anonymous',
  expiresAt: new Date(Date.now() + 86_400_000),
}
const names = { number: standing.profileNumber, email: undefined, partnerUserId: undefined, fields: {} }

const rateLimiter = createRateLimiters(false)
const app = createApp({ trustedProxies: [] }, createLogger('warn'))
measureRequests(app, createMetrics())
registerCrossengage(app, {
  directory: { byKnownKey: () => workspace, fresh: async () => workspace },
  ingest: { accept: async () => nowhere, trackingId: () => '2e312089-a987-45c6-adbd-b904bc4dfc97' },
  reader: { user: async () => user },
  rateLimiter,
} as unknown as Parameters<typeof registerCrossengage>[1])
registerExtole(app, {
  directory: { byHost: () => workspace },
  clock: { now: () => new Date() },
  rateLimiter,
  rateLimit: false,
  publicUrl: () => 'http://127.0.0.1:8080',
  events: { append: async () => standing.profileNumber },
  tokens: { standing: async () => standing },
  devices: { make: async () => ({ token: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', standing }) },
  people: { names: async () => names },
  shareCodes: { code: async () => 'katharina7' },
} as unknown as Parameters<typeof registerExtole>[1])
await app.listen({ port: 0, host: '127.0.0.1' })
const address = app.server.address()
process.send?.(typeof address === 'object' && address ? address.port : 0)
process.once('SIGTERM', () => process.exit(0))
