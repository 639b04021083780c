import { setTimeout as delay } from 'node:timers/promises'
import type { Command } from 'commander'
import { crossengageDocs, registerCrossengage } from '../apis/crossengage/crossengage-api.ts'
import { dropOldIdempotencyKeys } from '../core/ingest/idempotency.ts'
import { openIngest } from '../core/ingest/ingest.ts'
import { createProfileReader } from '../core/profiles/profile-reader.ts'
import { registerDocsIndex } from '../platform/http/api-docs.ts'
import { createApp } from '../platform/http/app.ts'
import { createMetrics, measureRequests } from '../platform/http/metrics.ts'
import { createRateLimiters } from '../platform/http/rate-limit.ts'
import { registerSystemRoutes } from '../platform/http/system-routes.ts'
import { applyFilesAtStart } from './apply-at-start.ts'
import { openPlatform, type Platform } from './open-platform.ts'

const maintenanceMs = 60 * 60 * 1000
/** What is under way at SIGTERM has this long to end: we promise to be gone within 10 s. */
const stopWithinMs = 9000

export function addServeCommand(program: Command): void {
  program
    .command('serve', { isDefault: true })
    .description('start the server: the database if it is ours, every API, the applier and the jobs')
    .action(serve)
}

async function serve(): Promise<void> {
  // Heard from the first moment on: a server that is told to stop while it starts stops the database it started.
  const stopping = stopSignal()
  void stopping.then(exitWhenOverdue)
  await using stack = new AsyncDisposableStack()
  const platform = stack.use(await openPlatform())
  const { config, logger, database } = platform
  const ingest = stack.use(await openIngest({ ...platform, applies: config.role !== 'api' }))
  const app = stack.adopt(createApp(config, logger), (opened) => opened.close())
  const metrics = createMetrics()
  let ready = false
  measureRequests(app, metrics)
  registerSystemRoutes(app, { notReady: () => notReady(platform, ready) }, metrics)
  if (config.role !== 'worker') {
    registerDocsIndex(app, [crossengageDocs])
    registerCrossengage(app, {
      ...platform,
      ingest,
      reader: createProfileReader(database),
      rateLimiter: await createRateLimiters(app, config.rateLimit),
    })
  }

  const address = await app.listen({ host: config.host, port: config.port })
  await applyFilesAtStart(platform, address)
  ready = true
  logger.info({ address, role: config.role }, 'ready')
  const maintenance = setInterval(() => void maintain(platform), maintenanceMs)
  stack.defer(() => clearInterval(maintenance))

  logger.info({ signal: await stopping }, 'stopping')
  await stack.disposeAsync()
}

async function exitWhenOverdue(): Promise<void> {
  await delay(stopWithinMs, undefined, { ref: false })
  process.exit(0)
}

async function notReady({ database }: Platform, ready: boolean): Promise<string | undefined> {
  if (!ready) return 'starting'
  try {
    await database.asOwner((connection) => connection.query('select 1'))
    return undefined
  } catch {
    return 'the database cannot be reached'
  }
}

async function maintain({ maintain, database, logger }: Platform): Promise<void> {
  try {
    await maintain()
    await dropOldIdempotencyKeys(database)
  } catch (error) {
    logger.error({ err: error }, 'the hourly maintenance failed')
  }
}

function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal))
  })
}
