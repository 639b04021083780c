import { setTimeout as delay } from 'node:timers/promises'
import { canonicalUrl } from '../apis/carecloud/canonical-url.ts'
import { carecloudDocs, registerCarecloud } from '../apis/carecloud/carecloud-api.ts'
import { crossengageDocs, registerCrossengage } from '../apis/crossengage/crossengage-api.ts'
import { answerUnclaimed } from '../apis/extole/answer-unclaimed.ts'
import { extoleDocs, registerExtole } from '../apis/extole/extole-api.ts'
import { openStores } from '../apis/extole/stores.ts'
import { openEvents, type RunningEvents } from '../core/events/events.ts'
import { type Ingest, openIngest } from '../core/ingest/ingest.ts'
import { openMailSender } from '../core/mail/mail-sender.ts'
import { createLedger } from '../core/points/create-ledger.ts'
import { openExpiryJob } from '../core/points/expiry-job.ts'
import type { Ledger } from '../core/points/ledger.ts'
import { createProfileReader } from '../core/profiles/profile-reader.ts'
import { createPurchaseBooker } from '../core/purchases/purchase-booker.ts'
import { runEvaluation } from '../core/segments/evaluation/run-evaluation.ts'
import { openStatusJob } from '../core/statuses/status-job.ts'
import { statusReaction } from '../core/statuses/status-reaction.ts'
import type { Workspace } from '../core/workspaces/workspace.ts'
import { systemClock } from '../platform/clock.ts'
import { type App, answerUnknownPaths, createApp } from '../platform/http/app.ts'
import { closeApp } from '../platform/http/close-app.ts'
import { registerDocsIndex } from '../platform/http/docs/index-page.ts'
import { createMetrics, measureRequests } from '../platform/http/metrics.ts'
import { createRateLimiters } from '../platform/http/rate-limit.ts'
import { registerSystemRoutes } from '../platform/http/system-routes.ts'
import { openSmtpTransport } from '../platform/mail/mail-transport.ts'
import { keepYoungStatistics } from '../platform/postgres/young-statistics.ts'
import { listenFailure } from '../platform/start-failures.ts'
import { applyFilesAtStart } from './apply-at-start.ts'
import { eventConsumers } from './event-consumers.ts'
import { openMaintenance } from './maintenance.ts'
import { openPlatform, type Platform } from './open-platform.ts'

/** What is under way at SIGTERM has this long to end: we promise to be gone within 10 s. */
const stopWithinMs = 9000
/** Of it, what requests may take: the rest is for what they began, and for stopping the database. */
const requestsEndWithinMs = 5000

/** Starts the server, and stays until it is told to stop. */
export async function runServer(): Promise<void> {
  // Heard from the first moment on: a server that is told to stop while it starts stops the database it started.
  const stopping = stopSignal()
  void stopping.then(exitWhenOverdue)
  await using stack = new AsyncDisposableStack()
  const platform = stack.use(await openPlatform())
  const { config, logger } = platform
  const ledger = createLedger([statusReaction])
  const { requestDatabase } = platform
  const consumers = config.role === 'api' ? [] : eventConsumers(ledger)
  const segments =
    config.role === 'api' ? undefined : stack.use(await runEvaluation({ ...platform, clock: systemClock }))
  const events = stack.use(await openEvents({ ...platform, appendsOn: requestDatabase, consumers }))
  const ingest = stack.use(
    await openIngest({
      ...platform,
      acceptsOn: requestDatabase,
      applies: config.role !== 'api',
      onApplied: (workspaceId) => segments?.wake(workspaceId),
      onEventsRecorded: events.wake,
    }),
  )
  /** Known only once we listen, where the port is chosen for us. */
  let publicUrl = config.publicUrl ?? `http://${config.host}:${config.port}`
  if (config.role !== 'api') {
    stack.use(keepYoungStatistics(platform.database, logger))
    stack.use(openExpiryJob({ ...platform, clock: systemClock }))
    stack.use(openStatusJob({ ...platform, clock: systemClock }))
    await sendMails(stack, platform, publicUrl)
  }
  const app = stack.adopt(createApp(config, logger, canonicalUrl), (opened) =>
    closeApp(opened, requestsEndWithinMs),
  )
  const metrics = createMetrics()
  let ready = false
  measureRequests(app, metrics)
  registerSystemRoutes(app, { notReady: () => notReady(platform, ready) }, metrics)
  if (config.role === 'worker') answerUnknownPaths(app)
  else await registerApis(app, platform, { ingest, events, ledger, publicUrl: () => publicUrl })

  const address = await app.listen({ host: config.host, port: config.port }).catch((error) => {
    throw listenFailure(config.host, config.port, error)
  })
  publicUrl = config.publicUrl ?? address
  await applyFilesAtStart(platform, address)
  ready = true
  logger.info({ address, role: config.role }, 'ready')
  stack.use(openMaintenance(platform))

  logger.info({ signal: await stopping }, 'stopping')
  await stack.disposeAsync()
}

async function exitWhenOverdue(): Promise<void> {
  await delay(stopWithinMs, undefined, { ref: false })
  process.exit(0)
}

interface Roads {
  readonly ingest: Ingest
  readonly events: RunningEvents
  readonly ledger: Ledger
  publicUrl(): string
}

async function registerApis(
  app: App,
  platform: Platform,
  { ingest, events, ledger, publicUrl }: Roads,
): Promise<void> {
  const database = platform.requestDatabase
  registerDocsIndex(app, [crossengageDocs, extoleDocs, carecloudDocs])
  const rateLimiter = createRateLimiters(platform.config.rateLimit)
  const publicUrlOf = ({ settings }: Workspace) => settings.publicUrl ?? publicUrl()
  registerCrossengage(app, {
    ...platform,
    database,
    ingest,
    reader: createProfileReader(database),
    rateLimiter,
  })
  const extole = {
    ...platform,
    database,
    ...openStores(database),
    events,
    clock: systemClock,
    rateLimiter,
    rateLimit: platform.config.rateLimit,
    publicUrl: publicUrlOf,
  }
  registerExtole(app, extole)
  registerCarecloud(app, {
    ...platform,
    database,
    clock: systemClock,
    rateLimiter,
    rateLimit: platform.config.rateLimit,
    publicUrl: publicUrlOf,
    ledger,
    purchases: createPurchaseBooker(database, ledger),
    events,
  })
  answerUnknownPaths(app, answerUnclaimed(extole))
}

async function sendMails(stack: AsyncDisposableStack, platform: Platform, publicUrl: string): Promise<void> {
  const { smtpUrl } = platform.config
  const transport = smtpUrl === undefined ? undefined : stack.use(openSmtpTransport(smtpUrl))
  const from = `no-reply@${new URL(publicUrl).hostname}`
  stack.use(await openMailSender({ ...platform, transport, from }))
}

async function notReady({ requestDatabase }: Platform, ready: boolean): Promise<string | undefined> {
  if (!ready) return 'starting'
  try {
    await requestDatabase.asOwner((connection) => connection.query('select 1'))
    return undefined
  } catch {
    return 'the database cannot be reached'
  }
}

function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal))
  })
}
