import { CoreError } from '../core-error.ts'
import type { Operation } from './operation.ts'
import { isPlain, operationKeys } from './operation-keys.ts'
import type { BlockRef, NewBlock, OperationLog } from './operation-log.ts'

/** Where accepted operations stand: a block, and the position of the first one in it. */
export interface Accepted {
  readonly block: BlockRef
  readonly start: number
}

export interface Acceptor {
  /**
   * Makes operations durable: resolves when they survive a crash (C1). The operations of one call stay
   * together and in order. Throws `CoreError` `overloaded` when the log cannot keep up.
   */
  accept(workspaceId: number, operations: readonly Operation[]): Promise<Accepted>
  /** Resolves when everything accepted so far is written. */
  idle(): Promise<void>
}

/** One: what arrives while a write waits for the disk makes the next block, which a second writer would only cut. */
const writersPerWorkspace = 1
/** A tracking id has 16 bits for the position in the block. */
const mostOperations = 60_000
const largestBlockBytes = 4 * 1024 * 1024
/** What may wait in memory for the disk, over all workspaces. */
const queueLimitBytes = 128 * 1024 * 1024

/**
 * Group commit. What arrives while the event loop turns once, or while the writers are busy, becomes one block:
 * one row and one commit, however many requests wait for it.
 */
export function createAcceptor(log: OperationLog, onAppended: (workspaceId: number) => void): Acceptor {
  const lanes = new Map<number, Lane>()
  let queuedBytes = 0

  function laneOf(workspaceId: number): Lane {
    const known = lanes.get(workspaceId)
    if (known) return known
    const lane: Lane = { queue: [], writers: 0, scheduled: false }
    lanes.set(workspaceId, lane)
    return lane
  }

  function schedule(workspaceId: number, lane: Lane): void {
    if (lane.scheduled || lane.writers >= writersPerWorkspace || lane.queue.length === 0) return
    lane.scheduled = true
    setImmediate(() => {
      lane.scheduled = false
      void write(workspaceId, lane)
    })
  }

  async function write(workspaceId: number, lane: Lane): Promise<void> {
    const draft = lane.queue.shift()
    if (!draft) return
    lane.writers++
    try {
      const block = await log.append(workspaceId, blockOf(draft))
      for (const waiter of draft.waiters) waiter.resolve({ block, start: waiter.start })
      onAppended(workspaceId)
    } catch (error) {
      for (const waiter of draft.waiters) waiter.reject(error)
    }
    lane.writers--
    queuedBytes -= draft.bytes
    schedule(workspaceId, lane)
  }

  return {
    accept(workspaceId, operations) {
      if (queuedBytes > queueLimitBytes) throw new CoreError('overloaded', 'the operation log cannot keep up')
      const lane = laneOf(workspaceId)
      const addition = draftOf(workspaceId, operations)
      queuedBytes += addition.bytes
      const draft = lane.queue.at(-1)
      const joined = draft && fits(draft, addition) ? join(draft, addition) : addition
      if (joined === addition) lane.queue.push(addition)
      const start = joined.count - operations.length
      const result = new Promise<Accepted>((resolve, reject) =>
        joined.waiters.push({ start, resolve, reject }),
      )
      schedule(workspaceId, lane)
      return result
    },
    async idle() {
      while ([...lanes.values()].some((lane) => lane.queue.length > 0 || lane.writers > 0)) {
        await new Promise(setImmediate)
      }
    },
  }
}

/** The block that one request alone makes. */
export function blockOfRequest(workspaceId: number, operations: readonly Operation[]): NewBlock {
  return blockOf(draftOf(workspaceId, operations))
}

interface Lane {
  /** Blocks to be written, the last one still open. */
  readonly queue: Draft[]
  writers: number
  scheduled: boolean
}

interface Draft {
  text: string
  bytes: number
  count: number
  keys: number[] | undefined
  isPlain: boolean
  readonly waiters: {
    start: number
    resolve: (accepted: Accepted) => void
    reject: (error: unknown) => void
  }[]
}

function draftOf(workspaceId: number, operations: readonly Operation[]): Draft {
  const text = operations.map((operation) => JSON.stringify(operation)).join(',')
  let keys: number[] | undefined = []
  for (const operation of operations) {
    const touched = operationKeys(workspaceId, operation)
    if (!touched) {
      keys = undefined
      break
    }
    keys.push(...touched)
  }
  return {
    text,
    bytes: text.length,
    count: operations.length,
    keys,
    isPlain: operations.every(isPlain),
    waiters: [],
  }
}

/** An operation that may touch any profile stops the applier for a moment, so it does not share a block with others. */
function fits(draft: Draft, addition: Draft): boolean {
  return (
    (draft.keys === undefined) === (addition.keys === undefined) &&
    draft.count + addition.count <= mostOperations &&
    draft.bytes + addition.bytes <= largestBlockBytes
  )
}

function join(draft: Draft, addition: Draft): Draft {
  draft.text += `,${addition.text}`
  draft.bytes += addition.bytes
  draft.count += addition.count
  draft.isPlain &&= addition.isPlain
  if (draft.keys && addition.keys) draft.keys.push(...addition.keys)
  return draft
}

function blockOf(draft: Draft): NewBlock {
  return {
    operations: `[${draft.text}]`,
    operationCount: draft.count,
    keys: draft.keys,
    isPlain: draft.isPlain,
  }
}
