/** Reads one thing of a workspace, together with what others ask for at the same time. */
export type BatchedRead<Key, Value> = (workspaceId: number, key: Key) => Promise<Value>

interface Batch<Key, Value> {
  readonly keys: Key[]
  readonly result: PromiseWithResolvers<readonly Value[]>
}

interface Lane<Key, Value> {
  open: Batch<Key, Value> | undefined
  isReading: boolean
}

/**
 * Point reads, answered together: what is asked for while the event loop turns once, or while the last batch is being
 * read, becomes one read. It begins after everything in it was asked for, so nobody sees less than a read of its own
 * would have seen. With 64 clients: 12 k reads/s by a query each, 14 k with two or more batches on their way at once,
 * which makes them small, 23 k with one.
 *
 * @param readAll gives the values of the keys, in their order
 */
export function createBatchedRead<Key, Value>(
  readAll: (workspaceId: number, keys: readonly Key[]) => Promise<readonly Value[]>,
): BatchedRead<Key, Value | undefined> {
  const lanes = new Map<number, Lane<Key, Value>>()

  function laneOf(workspaceId: number): Lane<Key, Value> {
    const known = lanes.get(workspaceId)
    if (known) return known
    const lane: Lane<Key, Value> = { open: undefined, isReading: false }
    lanes.set(workspaceId, lane)
    return lane
  }

  function openBatch(workspaceId: number, lane: Lane<Key, Value>): Batch<Key, Value> {
    const batch: Batch<Key, Value> = { keys: [], result: Promise.withResolvers() }
    lane.open = batch
    setImmediate(() => void read(workspaceId, lane))
    return batch
  }

  async function read(workspaceId: number, lane: Lane<Key, Value>): Promise<void> {
    const batch = lane.open
    if (!batch || lane.isReading) return
    lane.open = undefined
    lane.isReading = true
    try {
      batch.result.resolve(await readAll(workspaceId, batch.keys))
    } catch (error) {
      batch.result.reject(error)
    }
    lane.isReading = false
    void read(workspaceId, lane)
  }

  return async (workspaceId, key) => {
    const lane = laneOf(workspaceId)
    const batch = lane.open ?? openBatch(workspaceId, lane)
    const position = batch.keys.push(key) - 1
    return (await batch.result.promise)[position]
  }
}
