import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { openRegularJob } from '../../platform/regular-job.ts'
import type { WorkspaceDirectory } from '../workspaces/workspace-directory.ts'
import { renewSomeStatuses } from './renew-statuses.ts'

export interface StatusJobOptions {
  readonly database: Database
  readonly directory: WorkspaceDirectory
  readonly logger: Logger
  readonly clock: Clock
}

const everyMs = 60_000

/** Sets statuses anew that have ended, in whichever processes run it (L104). */
export function openStatusJob({ database, directory, logger, clock }: StatusJobOptions): AsyncDisposable {
  return openRegularJob(
    {
      name: 'statuses',
      everyMs,
      async work(isStopped) {
        for (const slug of directory.slugs()) {
          const workspace = directory.bySlug(slug)
          if (!workspace) continue
          const renew = () =>
            database.transaction(workspace.id, (connection) =>
              renewSomeStatuses(connection, workspace, clock.now()),
            )
          while (!isStopped() && (await renew())) {
            // Batch after batch.
          }
        }
      },
    },
    logger,
  )
}
