import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '../../platform/log.ts'
import { isWorthRetrying } from '../../platform/postgres/worth-retrying.ts'
import { type AppliedRun, type ApplyContext, applyRun, applyRunOneByOne } from './apply-run.ts'
import type { PendingBlock } from './operation-log.ts'
import { pickRun, type Run } from './pick-run.ts'
import { keepStatistics } from './table-statistics.ts'

/** Two runs at once keep a second core busy; a third would only wait for the two cores and the locks. */
const runsAtOnce = 2
/** Fewer wait for the run that is under way: a statement's own cost is then shared by more of them. */
const worthASecondRun = 500
const retryDelayMs = { first: 50, most: 5000 }

export interface ApplierOptions extends ApplyContext {
  /** Whether this process applies the workspace's log: true for one process at a time. */
  holdsLane(workspaceId: number): Promise<boolean>
  readonly logger: Logger
  /** Told of every settled run, after its commit. */
  onSettled(workspaceId: number, applied: AppliedRun): void
}

export interface Applier extends AsyncDisposable {
  /** Something was appended to this workspace's log. */
  wake(workspaceId: number): void
  /** Looks at every workspace's log: for what other processes appended, or left behind. */
  wakeAll(): Promise<void>
}

/** A workspace's log as this process sees it while it applies it. */
interface Lane {
  pending: PendingBlock[]
  readonly running: Set<Run>
  /** Something was appended since the log was last looked at. */
  stale: boolean
  reading: boolean
  /** How often another process turned out to apply this log as well: what was read before does not count. */
  losses: number
}

/**
 * Applies the log. Each workspace's log is a *lane*; the process that holds the lane's lease applies it, the
 * others only append to it. Within a lane runs that touch nothing in common are applied at the same time,
 * everything else in the order of the log.
 */
export function createApplier(options: ApplierOptions): Applier {
  const lanes = new Map<number, Lane>()
  const tasks = new Set<Promise<void>>()
  const statistics = keepStatistics(options.database)
  let stopped = false

  function laneOf(workspaceId: number): Lane {
    const known = lanes.get(workspaceId)
    if (known) return known
    const lane: Lane = { pending: [], running: new Set(), stale: false, reading: false, losses: 0 }
    lanes.set(workspaceId, lane)
    return lane
  }

  /** Keeps track of work that goes on by itself, so that stopping can wait for it. */
  function inBackground(work: Promise<void>): void {
    const task = work
      .catch((error) => options.logger.error({ err: error }, 'the applier failed'))
      .finally(() => tasks.delete(task))
    tasks.add(task)
  }

  async function pump(workspaceId: number, lane: Lane): Promise<void> {
    if (stopped || lane.reading) return
    while (lane.stale && lane.pending.length === 0) await refill(workspaceId, lane)
    while (!stopped && lane.running.size < runsAtOnce) {
      const isSecond = lane.running.size > 0
      if (isSecond && (!statistics.areTelling() || operationsIn(lane.pending) < worthASecondRun)) return
      const run = pickRun(lane.pending, [...lane.running])
      if (!run) return
      const chosen = new Set(run.blocks)
      lane.pending = lane.pending.filter((block) => !chosen.has(block))
      lane.running.add(run)
      inBackground(finish(workspaceId, lane, run))
    }
  }

  async function refill(workspaceId: number, lane: Lane): Promise<void> {
    lane.reading = true
    lane.stale = false
    const { losses } = lane
    try {
      const applying = [...lane.running].flatMap((run) => run.blocks)
      if (!(await options.holdsLane(workspaceId))) return
      const pending = await options.log.pending(workspaceId, applying)
      // It left out a run of which a part is still to be applied, and before what is behind it.
      if (lane.losses !== losses) return
      lane.pending = [...pending]
      // A full page may have a next one.
      if (lane.pending.length > 0) lane.stale = true
    } catch (error) {
      lane.stale = true
      throw error
    } finally {
      lane.reading = false
    }
  }

  async function finish(workspaceId: number, lane: Lane, run: Run): Promise<void> {
    const applied = await applyUntilDone(workspaceId, run)
    if (applied) {
      options.onSettled(workspaceId, applied)
      await statistics.applied(operationsIn(run.blocks)).catch(() => {})
    }
    lane.running.delete(run)
    if (!applied) lookAgain(lane)
    await pump(workspaceId, lane)
  }

  /**
   * Another process applies this log as well: the lease was lost a moment ago. It may have settled a part of a
   * run only, so what is left is read again, and nothing that was read before overtakes it (C7).
   */
  function lookAgain(lane: Lane): void {
    lane.pending = []
    lane.stale = true
    lane.losses++
  }

  /** Undefined where another process settled any of it, or we stopped. */
  async function applyUntilDone(workspaceId: number, run: Run): Promise<AppliedRun | undefined> {
    let waitMs = retryDelayMs.first
    let isSet = true
    for (let attempt = 1; !stopped; attempt++) {
      try {
        return isSet
          ? await applyRun(options, workspaceId, run)
          : await applyRunOneByOne(options, workspaceId, run, attempt)
      } catch (error) {
        if (await isSettledElsewhere(workspaceId, run)) return undefined
        if (isSet && !isWorthRetrying(error, attempt)) {
          options.logger.error(
            { err: error },
            'a run cannot be applied as a set; applying its operations alone',
          )
          isSet = false
          continue
        }
        options.logger.warn({ err: error, waitMs }, 'a run is tried again')
        await delay(waitMs)
        waitMs = Math.min(waitMs * 2, retryDelayMs.most)
      }
    }
    return undefined
  }

  async function isSettledElsewhere(workspaceId: number, run: Run): Promise<boolean> {
    const states = await options.log.find(workspaceId, run.blocks).catch(() => undefined)
    return states !== undefined && run.blocks.some((block) => states.get(block.id)?.settled !== false)
  }

  function wake(workspaceId: number): void {
    const lane = laneOf(workspaceId)
    lane.stale = true
    inBackground(pump(workspaceId, lane))
  }

  return {
    wake,
    async wakeAll() {
      for (const workspaceId of await options.log.waitingWorkspaces()) wake(workspaceId)
    },
    async [Symbol.asyncDispose]() {
      stopped = true
      while (tasks.size > 0) await Promise.all(tasks)
    },
  }
}

function operationsIn(blocks: readonly PendingBlock[]): number {
  return blocks.reduce((count, block) => count + block.operationCount, 0)
}
