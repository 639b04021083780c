import type { Connection } from '../../platform/postgres/database.ts'
import type { BlockOutcomes } from './operation.ts'

/** Where a block stands in the log. Ids grow in the order in which blocks were begun. */
export interface BlockRef {
  /** Day of acceptance, in days since 1970-01-01 UTC. */
  readonly day: number
  readonly id: number
}

/** The operations that arrived together: one row, one commit. */
export interface NewBlock {
  /** A JSON array of operations. */
  readonly operations: string
  readonly operationCount: number
  /** See `operationKeys`; undefined: it may touch any profile. */
  readonly keys: readonly number[] | undefined
  /** See `isPlain`. */
  readonly isPlain: boolean
}

export interface PendingBlock extends BlockRef {
  readonly operationCount: number
  readonly keys: Int32Array | undefined
  readonly isPlain: boolean
}

/** What was answered to a request with an idempotency key, and what makes another request the same (C37). */
export interface KeptAnswer {
  readonly requestHash: Buffer
  readonly status: number
  readonly body: string
}

/** A request that is to be accepted once, however often it is sent. */
export interface IdempotentRequest {
  readonly key: string
  readonly requestHash: Buffer
  /** Undefined: nothing of the request has to be applied. */
  readonly block: NewBlock | undefined
  /** Makes the answer once the block has its place. */
  readonly answer: (ref: BlockRef) => { readonly status: number; readonly body: string }
}

export type BlockState =
  | { readonly settled: false }
  | { readonly settled: true; readonly outcomes: BlockOutcomes }

/**
 * The log between accepting and applying. PostgreSQL keeps it; nothing outside of this folder knows that.
 */
export interface OperationLog {
  /** Resolves when the block is durable. */
  append(workspaceId: number, block: NewBlock): Promise<BlockRef>
  /** Appends and keeps the answer in one step; of requests with one key that arrive together one appends, all get its answer. */
  appendOnce(workspaceId: number, request: IdempotentRequest): Promise<KeptAnswer>
  /** What was answered under the key in the last 24 h. */
  findAnswer(workspaceId: number, key: string): Promise<KeptAnswer | undefined>
  /** Workspaces that have unsettled blocks. */
  waitingWorkspaces(): Promise<readonly number[]>
  /** The oldest unsettled blocks but those named, in order. */
  pending(workspaceId: number, except: readonly BlockRef[]): Promise<readonly PendingBlock[]>
  /** The blocks' operations, a JSON array each, in the order asked for. */
  read(workspaceId: number, blocks: readonly BlockRef[]): Promise<readonly string[]>
  /**
   * Records that blocks are applied, in the transaction that applies them. Throws when one of them is settled
   * already, so that nothing is applied twice.
   */
  settle(connection: Connection, workspaceId: number, blocks: readonly SettledBlock[]): Promise<void>
  /** Undefined where there is no such block, or no more. */
  find(workspaceId: number, blocks: readonly BlockRef[]): Promise<ReadonlyMap<number, BlockState>>
}

interface SettledBlock extends BlockRef {
  /** Undefined: every operation succeeded, and none asked for its result. */
  readonly outcomes: BlockOutcomes | undefined
}
