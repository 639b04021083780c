import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../../../platform/clock.ts'
import type { Logger } from '../../../platform/log.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import type { DatabaseSession } from '../../../platform/postgres/session.ts'
import type { WorkspaceDirectory } from '../../workspaces/workspace-directory.ts'
import { programOf } from '../rules/compile-segments.ts'
import { evaluateNext, type ReadSize, startingReadSize } from './evaluate-next.ts'
import { segmentsDue } from './segment-consumer.ts'
import { waitingWorkspaces } from './waiting-workspaces.ts'

/** Keeps the memberships of rule segments up to date, all the time. */
export interface SegmentEvaluation extends AsyncDisposable {
  /** Profiles of the workspace changed. Costs nothing where it has no rules. */
  wake(workspaceId: number): void
}

export interface EvaluationOptions {
  readonly database: Database
  readonly session: DatabaseSession
  readonly directory: WorkspaceDirectory
  readonly logger: Logger
  readonly clock: Clock
}

/**
 * What changes meanwhile is evaluated together: under load, evaluating then costs a few large statements a second, and
 * not one small one beside each that is applied.
 */
const gatherMs = 100
/** How soon to look again for changes that an older transaction still hides. */
const hiddenMs = 50
/** How often all workspaces are looked at: for windows that end, new rules, and what nobody told of. */
const sweepMs = 1000
const retryDelayMs = { first: 100, most: 10_000 }

export async function runEvaluation(options: EvaluationOptions): Promise<SegmentEvaluation> {
  const { database, session, directory, logger, clock } = options
  const lanes = new Map<number, { again: boolean; task: Promise<void> }>()
  const stop = new AbortController()

  async function pause(timeMs: number): Promise<void> {
    await delay(timeMs, undefined, { signal: stop.signal }).catch(() => {})
  }

  /**
   * How long to wait before the next step; undefined when all is done. A rest as long as the work keeps at least half of
   * a core, and of the database's time, for what is being applied.
   */
  async function step(workspaceId: number, size: ReadSize): Promise<number | undefined> {
    const workspace = await directory.byId(workspaceId)
    if (!workspace) return undefined
    const started = performance.now()
    const progress = await database.transaction(workspaceId, (connection) =>
      evaluateNext(connection, workspace, clock.now(), size),
    )
    switch (progress) {
      case 'more':
        return performance.now() - started
      case 'hidden':
        return Math.max(hiddenMs, performance.now() - started)
      case 'done':
        return undefined
      case 'stale':
        await directory.refresh()
        return hiddenMs
    }
  }

  async function evaluateAll(workspaceId: number): Promise<void> {
    await pause(gatherMs)
    const size = startingReadSize()
    let waitMs = retryDelayMs.first
    while (!stop.signal.aborted) {
      try {
        const pauseMs = await step(workspaceId, size)
        waitMs = retryDelayMs.first
        if (pauseMs === undefined) return
        await pause(pauseMs)
      } catch (error) {
        logger.warn({ err: error, waitMs }, 'segments could not be evaluated; trying again')
        await pause(waitMs)
        waitMs = Math.min(waitMs * 2, retryDelayMs.most)
      }
    }
  }

  function start(workspaceId: number): void {
    const running = lanes.get(workspaceId)
    if (running) {
      running.again = true
      return
    }
    if (stop.signal.aborted) return
    const lane = { again: false, task: Promise.resolve() }
    lanes.set(workspaceId, lane)
    lane.task = evaluateAll(workspaceId).then(() => {
      lanes.delete(workspaceId)
      if (lane.again) start(workspaceId)
    })
  }

  async function sweep(): Promise<void> {
    const waiting = await database.asOwner((connection) => waitingWorkspaces(connection, clock.now()))
    for (const workspaceId of waiting) start(workspaceId)
  }

  await session.listen(segmentsDue, (payload) => {
    if (payload === undefined) void sweep().catch(() => {})
    else start(Number(payload))
  })
  const sweeps = setInterval(() => void sweep().catch(() => {}), sweepMs)

  return {
    wake(workspaceId) {
      void directory.byId(workspaceId).then((workspace) => {
        if (workspace && programOf(workspace).hasRules) start(workspaceId)
      })
    },
    async [Symbol.asyncDispose]() {
      clearInterval(sweeps)
      stop.abort()
      await Promise.all([...lanes.values()].map(({ task }) => task))
    },
  }
}
