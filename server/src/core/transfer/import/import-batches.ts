import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { isWorthRetrying } from '../../../platform/postgres/worth-retrying.ts'
import type { Ingest } from '../../ingest/ingest.ts'
import type { RequestState } from '../../ingest/track-request.ts'
import type { Workspace } from '../../workspaces/workspace.ts'
import type { Place } from '../source/source-row.ts'
import type { Batch } from './cut-batches.ts'
import type { RowReader } from './read-row.ts'
import type { Reject } from './reject.ts'

export interface Import {
  readonly ingest: Pick<Ingest, 'acceptOnce' | 'trackingId' | 'track'>
  readonly workspace: Workspace
  /** Names the import. What an earlier run accepted under it is not accepted again, for 24 h. */
  readonly importId: string
  readonly reader: RowReader
  readonly signal: AbortSignal
  /** Told of every batch in the order of the source, once it is durable and applied. */
  onSettled(batch: SettledBatch): Promise<void>
}

/** What became of a batch; everything before `end` is applied. */
export interface SettledBatch {
  readonly end: Place
  readonly rowCount: number
  /** Rows that did not go in: refused, or failed while applied. */
  readonly rejectedCount: number
  /** In the order of the rows. */
  readonly rejects: readonly Reject[]
}

/** So many batches keep the applier busy while the next one is read, and bound what is held in memory. */
const mostWaiting = 6
const pollMs = 10
/** A database that is away comes back within this time, or the import ends and can be taken up later. */
const longestOutageMs = 60_000
const retryDelayMs = { first: 100, most: 5000 }

/**
 * Sends batches down the road that every change of profiles takes. They are accepted one after the other, so that
 * of two rows on one profile the later one wins, and several wait for the applier at a time.
 *
 * Each batch is accepted once for its place in the source, however often it is sent: neither an interruption
 * nor an answer that got lost with the connection makes it count twice.
 */
export async function importBatches(batches: AsyncIterable<Batch>, options: Import): Promise<void> {
  const { signal } = options
  const waiting: { batch: Batch; trackingId: string | undefined }[] = []

  async function settleOldest(): Promise<void> {
    const oldest = waiting.shift()
    if (!oldest) return
    const state = oldest.trackingId && (await processed(options, oldest.trackingId))
    await options.onSettled(settledBatch(oldest.batch, state || undefined, options.reader))
  }

  for await (const batch of batches) {
    signal.throwIfAborted()
    waiting.push({ batch, trackingId: await accept(options, batch) })
    if (waiting.length === mostWaiting) await settleOldest()
  }
  while (waiting.length > 0) await settleOldest()
}

/** Undefined where all rows of the batch were refused. */
async function accept(
  { ingest, workspace, importId, signal }: Import,
  batch: Batch,
): Promise<string | undefined> {
  if (batch.operations.length === 0) return undefined
  const key = `tessera import ${importId} ${batch.firstLine}`
  const counts = { accepted: batch.operations.length, refused: 0 }
  const kept = await persistently(signal, () =>
    ingest.acceptOnce(workspace, batch.operations, {
      key,
      requestHash: createHash('sha256').update(key).digest(),
      answer: (accepted) => ({ status: 0, body: ingest.trackingId(workspace, accepted, counts) }),
    }),
  )
  return kept.body
}

async function processed({ ingest, workspace, signal }: Import, trackingId: string): Promise<RequestState> {
  while (true) {
    const state = await persistently(signal, () => ingest.track(workspace, trackingId))
    if (!state) throw new Error('these rows were accepted so long ago that nobody knows what became of them')
    if (state.isProcessed) return state
    await delay(pollMs, undefined, { signal })
  }
}

/** Does again what failed because the database is away. */
async function persistently<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const giveUpAt = Date.now() + longestOutageMs
  let waitMs = retryDelayMs.first
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!isWorthRetrying(error, attempt) || Date.now() > giveUpAt) throw error
      await delay(waitMs, undefined, { signal })
      waitMs = Math.min(waitMs * 2, retryDelayMs.most)
    }
  }
}

function settledBatch(batch: Batch, state: RequestState | undefined, reader: RowReader): SettledBatch {
  const byLine = new Map(batch.operations.map((operation) => [operation.at, operation]))
  const failed = (state?.failures ?? []).flatMap(({ at, failure }) => {
    const operation = byLine.get(at)
    return operation ? [reader.failed(operation, failure)] : []
  })
  return {
    end: batch.end,
    rowCount: batch.rowCount,
    rejectedCount: batch.refusedCount + failed.length,
    rejects: [...batch.rejects, ...failed].sort((a, b) => a.line - b.line),
  }
}

/** What an import would say of the batches before it sends them; e-mail addresses that are taken are not seen. */
export async function checkBatches(
  batches: AsyncIterable<Batch>,
  options: Pick<Import, 'reader' | 'signal' | 'onSettled'>,
): Promise<void> {
  for await (const batch of batches) {
    options.signal.throwIfAborted()
    await options.onSettled(settledBatch(batch, undefined, options.reader))
  }
}
