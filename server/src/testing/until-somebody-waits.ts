import { expect } from 'vitest'
import type { Database } from '../platform/postgres/database.ts'

/** Resolves when a transaction waits for another one's lock. */
export async function untilSomebodyWaits(database: Database): Promise<void> {
  await expect
    .poll(() =>
      database.asOwner(async (connection) => {
        const { rowCount } = await connection.query(
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        )
        return rowCount
      }),
    )
    .toBeGreaterThan(0)
}
