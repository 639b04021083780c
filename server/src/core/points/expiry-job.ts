import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { openBatchJob } from '../workspaces/batch-job.ts'
import type { WorkspaceDirectory } from '../workspaces/workspace-directory.ts'
import { bookExpiry } from './book-expiry.ts'

interface ExpiryJobOptions {
  readonly database: Database
  readonly directory: WorkspaceDirectory
  readonly logger: Logger
  readonly clock: Clock
}

const everyMs = 30_000
const walletsPerBatch = 500

/**
 * Books what expires (L122), in whichever processes run it, until stopped. A wallet that somebody else has locked is
 * passed over: another server has it in its batch, or it is being moved, and then what is due is booked there.
 */
export function openExpiryJob(options: ExpiryJobOptions): AsyncDisposable {
  const { database, clock } = options
  return openBatchJob(
    {
      name: 'expiry of points',
      everyMs,
      workBatch: async ({ id }) => (await runExpiry(database, id, clock.now())) === walletsPerBatch,
    },
    options,
  )
}

/** Books one batch of a workspace, as one transaction. @returns of how many wallets; fewer than a batch: none are left */
export async function runExpiry(
  database: Database,
  workspaceId: number,
  now: Date,
  batchSize: number = walletsPerBatch,
): Promise<number> {
  return await database.transaction(workspaceId, async (connection) => {
    const { rows } = await connection.query<{ profile_id: string; point_type: string }>({
      name: 'due-wallets',
      text: `select profile_id, point_type from points_wallets
             where workspace_id = $1 and due_at < $2 order by due_at limit $3 for update skip locked`,
      values: [workspaceId, now, batchSize],
    })
    const wallets = rows.map(({ profile_id, point_type }) => ({
      profileId: profile_id,
      pointTypeId: point_type,
    }))
    if (wallets.length > 0) await bookExpiry(connection, workspaceId, wallets, now)
    return wallets.length
  })
}
