import { dropRevokedTokens } from '../core/customer-tokens/drop-old-tokens.ts'
import { dropOldHandOvers } from '../core/customer-tokens/hand-over.ts'
import { dropOldTokens } from '../core/identity/drop-old-tokens.ts'
import { dropOldVerifications } from '../core/identity/email-verification.ts'
import { dropOldIdempotencyKeys } from '../core/ingest/idempotency.ts'
import { dropOldMails } from '../core/mail/drop-old-mails.ts'
import { dropOldOperatorSessions } from '../core/operators/operator-sessions.ts'
import { dropOldPasswordLinks } from '../core/passwords/password-links.ts'
import { dropOldPollings } from '../core/pollings/pollings.ts'
import { dropRecordsOfDroppedEvents } from '../core/properties/drop-records-of-dropped-events.ts'
import type { Database } from '../platform/postgres/database.ts'
import { openRegularJob } from '../platform/regular-job.ts'
import type { Platform } from './open-platform.ts'

const everyMs = 60 * 60 * 1000

const drops: readonly ((database: Database) => Promise<void>)[] = [
  dropOldIdempotencyKeys,
  dropRecordsOfDroppedEvents,
  dropOldPollings,
  dropOldMails,
  dropOldTokens,
  dropOldVerifications,
  dropRevokedTokens,
  dropOldHandOvers,
  dropOldPasswordLinks,
  dropOldOperatorSessions,
]

/**
 * Makes and drops partitions, and drops rows whose time is over: at once, so that a server that is started every day does
 * it too, and then hourly, until it is disposed. What fails keeps nothing else from being dropped.
 */
export function openMaintenance({
  maintain,
  database,
  logger,
}: Pick<Platform, 'maintain' | 'database' | 'logger'>): AsyncDisposable {
  async function work(isStopped: () => boolean): Promise<void> {
    for (const step of [maintain, ...drops]) {
      if (isStopped()) return
      await step(database).catch((error: unknown) =>
        logger.error({ err: error, step: step.name }, 'a part of the hourly maintenance failed'),
      )
    }
  }
  return openRegularJob({ name: 'maintenance', everyMs, work }, logger)
}
