import type { UpsertOperation } from '../../ingest/operation.ts'
import type { JsonObject } from '../../profiles/json-object.ts'
import type { Place, SourceRow, SourceRows } from '../source/source-row.ts'
import type { RowReader } from './read-row.ts'
import type { Reject } from './reject.ts'

/** Rows that are accepted and settled together. */
export interface Batch {
  readonly firstLine: number
  /** Where the next batch begins. */
  readonly end: Place
  readonly rowCount: number
  /** Rows that were refused. */
  readonly refusedCount: number
  readonly operations: readonly UpsertOperation[]
  readonly rejects: readonly Reject[]
}

/** What one transaction of the applier takes, and what a request to the API may hold. */
const mostRows = 1000
/** Rows can be a megabyte each; several batches are held at a time. */
const largestBatchBytes = 1024 * 1024

/**
 * Cuts rows into batches. Where a batch ends depends on the rows alone and not on how they arrive, so that reading
 * from the end of any batch gives the same ones again.
 *
 * @param start where the rows begin
 */
export async function* cutBatches(
  rows: SourceRows<JsonObject>,
  reader: RowReader,
  start: Place,
): AsyncGenerator<Batch> {
  let batchStart = start
  let waiting: SourceRow<JsonObject>[] = []

  function cut(last: SourceRow<JsonObject>): Batch {
    const batch = batchOf(waiting, last, reader)
    waiting = []
    batchStart = last.end
    return batch
  }

  for await (const some of rows) {
    for (const row of some) {
      waiting.push(row)
      const bytes = row.end.bytes - batchStart.bytes
      if (waiting.length === mostRows || bytes >= largestBatchBytes) yield cut(row)
    }
  }
  const last = waiting.at(-1)
  if (last) yield cut(last)
}

function batchOf(
  rows: readonly SourceRow<JsonObject>[],
  last: SourceRow<JsonObject>,
  reader: RowReader,
): Batch {
  const operations: UpsertOperation[] = []
  const rejects: Reject[] = []
  for (const row of rows) {
    const read = reader.read(row)
    if ('kind' in read) operations.push(read)
    else rejects.push(...read)
  }
  return {
    firstLine: rows[0]?.line ?? last.line,
    end: last.end,
    rowCount: rows.length,
    refusedCount: rows.length - operations.length,
    operations,
    rejects,
  }
}
