import { CoreError } from '../core-error.ts'
import type { BlockOutcomes } from './operation.ts'
import type { BlockRef, OperationLog } from './operation-log.ts'

export interface Settlements {
  /** This process settled a block. */
  settled(blockId: number, outcomes: BlockOutcomes | undefined): void
  /**
   * Resolves with the block's outcomes once it is settled, by whichever process. Throws `CoreError`
   * `not-applied-in-time` after `timeoutMs`; the block stays accepted (C42).
   */
  wait(workspaceId: number, block: BlockRef, timeoutMs: number): Promise<BlockOutcomes>
}

interface Waiter {
  readonly workspaceId: number
  readonly block: BlockRef
  readonly deadline: number
  resolve(outcomes: BlockOutcomes): void
  reject(error: CoreError): void
}

/** How often the log is asked about blocks that another process may be applying. */
const pollMs = 25

/** Who waits for what to be applied: told at once by our own applier, by a look at the log where another applies. */
export function createSettlements(log: OperationLog): Settlements {
  const waiters = new Map<number, Set<Waiter>>()
  let polling = false

  function settled(blockId: number, outcomes: BlockOutcomes | undefined): void {
    const waiting = waiters.get(blockId)
    if (!waiting) return
    waiters.delete(blockId)
    for (const waiter of waiting) waiter.resolve(outcomes ?? {})
  }

  function schedulePoll(): void {
    if (polling || waiters.size === 0) return
    polling = true
    setTimeout(async () => {
      await poll().catch(() => {})
      giveUpLate()
      polling = false
      schedulePoll()
    }, pollMs)
  }

  async function poll(): Promise<void> {
    const waiting = [...waiters.values()].flatMap((set) => [...set])
    for (const [workspaceId, ofWorkspace] of Map.groupBy(waiting, (waiter) => waiter.workspaceId)) {
      const found = await log.find(
        workspaceId,
        ofWorkspace.map((waiter) => waiter.block),
      )
      for (const [blockId, state] of found) if (state.settled) settled(blockId, state.outcomes)
    }
  }

  function giveUpLate(): void {
    for (const [blockId, waiting] of waiters) {
      for (const waiter of waiting) {
        if (Date.now() < waiter.deadline) continue
        waiting.delete(waiter)
        waiter.reject(new CoreError('not-applied-in-time', 'accepted, but not applied in time'))
      }
      if (waiting.size === 0) waiters.delete(blockId)
    }
  }

  return {
    settled,
    wait(workspaceId, block, timeoutMs) {
      return new Promise((resolve, reject) => {
        const waiting = waiters.get(block.id) ?? new Set()
        waiting.add({ workspaceId, block, deadline: Date.now() + timeoutMs, resolve, reject })
        waiters.set(block.id, waiting)
        schedulePoll()
      })
    },
  }
}
