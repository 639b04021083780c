import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '../../platform/log.ts'
import { openRegularJob } from '../../platform/regular-job.ts'
import type { Workspace } from './workspace.ts'
import type { WorkspaceDirectory } from './workspace-directory.ts'

export interface BatchJob {
  /** For the log. */
  readonly name: string
  readonly everyMs: number
  /** Works on one batch of a workspace. @returns whether there may be more */
  workBatch(workspace: Workspace): Promise<boolean>
}

/** Between batches, so that much work at midnight leaves room for the tills. */
const pauseMs = 10

/** Works through every workspace, batch by batch, at once and then regularly, until it is disposed. */
export function openBatchJob(
  { name, everyMs, workBatch }: BatchJob,
  { directory, logger }: { readonly directory: WorkspaceDirectory; readonly logger: Logger },
): AsyncDisposable {
  async function work(isStopped: () => boolean): Promise<void> {
    for (const slug of directory.slugs()) {
      const workspace = directory.bySlug(slug)
      while (workspace && !isStopped() && (await workBatch(workspace))) await delay(pauseMs)
    }
  }
  return openRegularJob({ name, everyMs, work }, logger)
}
