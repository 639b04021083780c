import type { PendingBlock } from './operation-log.ts'

/** Blocks that are applied together, in one transaction. */
export interface Run {
  readonly blocks: readonly PendingBlock[]
  /** Every identifier it touches; undefined: it may touch any, so nothing else may be applied meanwhile. */
  readonly keys: ReadonlySet<number> | undefined
  /** All are upserts of users, and no two touch the same identifier: they can be applied as one set, unread. */
  readonly isIndependentSet: boolean
}

/**
 * As many operations as one transaction takes at most, so that two appliers share a backlog evenly and a small
 * block does not wait long behind it. A block that has more makes a run alone.
 */
const runSize = 1000

/**
 * Chooses what can be applied next: the oldest blocks that touch nothing that is being applied, and nothing that
 * an older block left waiting touches. So two operations that touch one identifier are always applied in the
 * order of the log (C7), and others may overtake.
 *
 * @param pending unsettled blocks in log order, without those being applied
 * @param running the runs being applied
 */
export function pickRun(pending: readonly PendingBlock[], running: readonly Run[]): Run | undefined {
  if (running.some((run) => run.keys === undefined)) return undefined
  const picked: PendingBlock[] = []
  const keys = new Set<number>()
  const passedOver = new Set<number>()
  let operationCount = 0
  let isIndependentSet = true

  for (const block of pending) {
    if (block.keys === undefined) {
      // Older blocks first, then this one alone.
      if (picked.length > 0 || passedOver.size > 0 || running.length > 0) break
      return { blocks: [block], keys: undefined, isIndependentSet: false }
    }
    if (picked.length > 0 && operationCount + block.operationCount > runSize) break
    if (touches(block.keys, passedOver) || running.some((run) => run.keys && touches(block.keys, run.keys))) {
      for (const key of block.keys) passedOver.add(key)
      continue
    }
    picked.push(block)
    operationCount += block.operationCount
    isIndependentSet &&= block.isPlain
    for (const key of block.keys) {
      if (keys.has(key)) isIndependentSet = false
      keys.add(key)
    }
  }
  return picked.length > 0 ? { blocks: picked, keys, isIndependentSet } : undefined
}

function touches(keys: Int32Array | undefined, others: ReadonlySet<number>): boolean {
  if (!keys || others.size === 0) return false
  return keys.some((key) => others.has(key))
}
