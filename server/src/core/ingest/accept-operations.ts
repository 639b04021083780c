import { createGroupCommit } from '../../platform/group-commit.ts'
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

/** A tracking id has 16 bits for the position in the block. */
const mostOperations = 60_000
const largestBlockBytes = 4 * 1024 * 1024

/** Accepts by group commit: one row and one commit for all requests that arrive together. */
export function createAcceptor(log: OperationLog, onAppended: (workspaceId: number) => void): Acceptor {
  const commit = createGroupCommit<BlockDraft, BlockRef>({
    fits,
    join,
    async write(workspaceId, draft) {
      const block = await log.append(workspaceId, blockOf(draft))
      onAppended(workspaceId)
      return block
    },
    overloaded: () => new CoreError('overloaded', 'the operation log cannot keep up'),
  })
  return {
    async accept(workspaceId, operations) {
      const { written, start } = await commit.submit(workspaceId, draftOf(workspaceId, operations))
      return { block: written, start }
    },
    idle: () => commit.idle(),
  }
}

/** The block that one request alone makes. */
export function blockOfRequest(workspaceId: number, operations: readonly Operation[]): NewBlock {
  return blockOf(draftOf(workspaceId, operations))
}

interface BlockDraft {
  text: string
  bytes: number
  count: number
  keys: number[] | undefined
  isPlain: boolean
}

function draftOf(workspaceId: number, operations: readonly Operation[]): BlockDraft {
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
  }
}

/** An operation that may touch any profile stops the applier for a moment, so it does not share a block with others. */
function fits(draft: BlockDraft, addition: BlockDraft): boolean {
  return (
    (draft.keys === undefined) === (addition.keys === undefined) &&
    draft.count + addition.count <= mostOperations &&
    draft.bytes + addition.bytes <= largestBlockBytes
  )
}

function join(draft: BlockDraft, addition: BlockDraft): void {
  draft.text += `,${addition.text}`
  draft.bytes += addition.bytes
  draft.count += addition.count
  draft.isPlain &&= addition.isPlain
  if (draft.keys && addition.keys) draft.keys.push(...addition.keys)
}

function blockOf(draft: BlockDraft): NewBlock {
  return {
    operations: `[${draft.text}]`,
    operationCount: draft.count,
    keys: draft.keys,
    isPlain: draft.isPlain,
  }
}
