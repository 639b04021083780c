import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { openBatchJob } from '../workspaces/batch-job.ts'
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
export function openStatusJob(options: StatusJobOptions): AsyncDisposable {
  const { database, clock } = options
  return openBatchJob(
    {
      name: 'statuses',
      everyMs,
      workBatch: (workspace) =>
        database.transaction(workspace.id, (connection) =>
          renewSomeStatuses(connection, workspace, clock.now()),
        ),
    },
    options,
  )
}
