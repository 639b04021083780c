import { type Config, decideConfig, readSettings } from '../config.ts'
import { CoreError } from '../core/core-error.ts'
import { eventPartitions } from '../core/events/event-partitions.ts'
import { operationBlockPartitions } from '../core/ingest/postgres-operation-log.ts'
import { profileChangePartitions } from '../core/profiles/profile-changes.ts'
import type { ProfilePart } from '../core/profiles/profile-part.ts'
import { openWorkspaceDirectory, type WorkspaceDirectory } from '../core/workspaces/workspace-directory.ts'
import { systemClock } from '../platform/clock.ts'
import { createLogger, type Logger } from '../platform/log.ts'
import { type Database, openDatabase } from '../platform/postgres/database.ts'
import { startEmbeddedPostgres } from '../platform/postgres/embedded/embedded-postgres.ts'
import { migrate } from '../platform/postgres/migrate.ts'
import { maintainPartitions } from '../platform/postgres/partitions.ts'
import { type DatabaseSession, openSession } from '../platform/postgres/session.ts'
import { resumeTransactionNumbers } from '../platform/postgres/transaction-numbers.ts'
import { databaseFailure, dataDirFailure } from '../platform/start-failures.ts'
import { eventConsumerNames } from './event-consumers.ts'
import { listProfileParts } from './profile-parts.ts'

/** What every command stands on; disposing closes all of it, and stops the embedded PostgreSQL if it is ours. */
export interface Platform extends AsyncDisposable {
  readonly config: Config
  readonly logger: Logger
  /** For work that goes on by itself, however long it takes. */
  readonly database: Database
  /** For what somebody waits for: a statement that takes too long ends as `CoreError` `overloaded`. */
  readonly requestDatabase: Database
  readonly session: DatabaseSession
  readonly directory: WorkspaceDirectory
  /** What merges move, and erasure ends. */
  readonly profileParts: readonly ProfilePart[]
  /** Creates and drops partitions as time goes on. */
  maintain(): Promise<void>
}

/** Connections of the appliers, consumers and jobs of this process; what needs more waits its turn. */
const workPoolSize = 8
/** Far longer than any statement of a request takes, and shorter than clients wait. */
const longestRequestWaitMs = 10_000

/** Reads the configuration, finds or starts PostgreSQL, and brings it to the newest schema. */
export async function openPlatform(defaults: { logLevel?: string } = {}): Promise<Platform> {
  const config = decideConfig({ ...readSettings(process.env), ...logLevelOf(defaults) })
  const logger = createLogger(config.logLevel)
  await using stack = new AsyncDisposableStack()
  const connectionString =
    config.databaseUrl ??
    stack.use(
      await startEmbeddedPostgres(config.dataDir, logger).catch((error) => {
        throw dataDirFailure(config.dataDir, error)
      }),
    ).url
  const applied = await migrate(connectionString).catch((error) => {
    throw config.databaseUrl ? databaseFailure(config.databaseUrl, error) : error
  })
  if (applied.length > 0) logger.info({ applied }, 'the database has the newest schema now')
  const database = stack.use(openDatabase({ connectionString, poolSize: workPoolSize }))
  if (await resumeTransactionNumbers(database)) {
    logger.info('the database was restored into another cluster: readers go on where they were')
  }
  const late = () => new CoreError('overloaded', 'the database does not answer in time')
  const limit = { waitMs: longestRequestWaitMs, late }
  const requestDatabase = stack.use(openDatabase({ connectionString, poolSize: config.poolSize, limit }))
  const events = eventPartitions({ days: config.eventRetentionDays, consumers: eventConsumerNames })
  const partitioned = [operationBlockPartitions, profileChangePartitions, events]
  async function maintain(): Promise<void> {
    const left = await maintainPartitions(database, partitioned, new Date())
    if (left.length > 0)
      logger.warn({ tables: left }, 'somebody reads for long: partitions are left for the next time')
  }
  await maintain()
  const session = stack.use(await openSession(connectionString, logger))
  const directory = await openWorkspaceDirectory(requestDatabase, session, logger)
  const everything = stack.move()
  return {
    config,
    logger,
    database,
    requestDatabase,
    session,
    directory,
    profileParts: listProfileParts({ directory, clock: systemClock }),
    maintain,
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}

/** Commands that print for people keep the log quiet, unless the environment says otherwise. */
function logLevelOf({ logLevel }: { logLevel?: string }): { logLevel?: string } {
  return logLevel !== undefined && process.env.TESSERA_LOG_LEVEL === undefined ? { logLevel } : {}
}
