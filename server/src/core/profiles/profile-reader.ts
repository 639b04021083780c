import type { Database } from '../../platform/postgres/database.ts'
import { findUsersByCustomerId, type StoredProfile } from './find-profiles.ts'

export interface ProfileReader {
  /** The user with this customer id, or undefined. */
  user(workspaceId: number, customerId: string): Promise<StoredProfile | undefined>
}

interface Batch {
  readonly customerIds: Set<string>
  readonly result: PromiseWithResolvers<ReadonlyMap<string, StoredProfile>>
}

interface Lane {
  open: Batch | undefined
  isReading: boolean
}

/**
 * Point reads, answered together: what is asked for while the event loop turns once, or while the last batch is being
 * read, becomes one `= any (…)`. With 64 clients: 12 k reads/s by a query each, 14 k with two or more batches on
 * their way at once, which makes them small, 23 k with one.
 */
export function createProfileReader(database: Database): ProfileReader {
  const lanes = new Map<number, Lane>()

  function laneOf(workspaceId: number): Lane {
    const known = lanes.get(workspaceId)
    if (known) return known
    const lane: Lane = { open: undefined, isReading: false }
    lanes.set(workspaceId, lane)
    return lane
  }

  function openBatch(workspaceId: number, lane: Lane): Batch {
    const batch: Batch = { customerIds: new Set(), result: Promise.withResolvers() }
    lane.open = batch
    setImmediate(() => void read(workspaceId, lane))
    return batch
  }

  async function read(workspaceId: number, lane: Lane): Promise<void> {
    const batch = lane.open
    if (!batch || lane.isReading) return
    lane.open = undefined
    lane.isReading = true
    try {
      const found = await database.inWorkspace(workspaceId, (connection) =>
        findUsersByCustomerId(connection, workspaceId, [...batch.customerIds]),
      )
      batch.result.resolve(found)
    } catch (error) {
      batch.result.reject(error)
    }
    lane.isReading = false
    void read(workspaceId, lane)
  }

  return {
    async user(workspaceId, customerId) {
      const lane = laneOf(workspaceId)
      const batch = lane.open ?? openBatch(workspaceId, lane)
      batch.customerIds.add(customerId)
      const found = await batch.result.promise
      return found.get(customerId)
    },
  }
}
