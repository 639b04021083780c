import type { Database } from '../../platform/postgres/database.ts'

export interface TableStatistics {
  /**
   * Whether the tables are large enough for plans to be good. Before, one run at a time: a run planned for empty tables
   * scans them for each of its operations, and if others fill them meanwhile it is never done (measured: 40 s for the
   * second set of 1,000 of an import).
   */
  areTelling(): boolean
  /** So many operations were applied. Takes new statistics once the tables may have doubled since the last. */
  applied(operations: number): Promise<void>
}

/** Below this, any plan will do. */
const smallestGrowth = 500
/** From here on no plan takes a scan for a look-up. */
const tellingRows = 5000

/**
 * Keeps the planner's picture of the profile tables true while they grow. A server's first import fills empty tables
 * faster than autovacuum looks at them (once a minute), and the plans that are kept meanwhile scan where they should
 * look up: measured, 24 s instead of 30 ms for a set of 1,000 once 10,000 rows were there. New statistics also make
 * every connection plan anew. They are taken when the tables may have doubled: 20 times on the way to a billion. Other
 * tables are looked at every few seconds (`platform/postgres/young-statistics.ts`), which is too late for an import.
 */
export function keepStatistics(database: Database): TableStatistics {
  // Not what an earlier process, or autovacuum, counted: the tables may have been emptied since.
  let rowsAtLast = 0
  let appliedSince = 0

  return {
    areTelling: () => rowsAtLast >= tellingRows,
    async applied(operations) {
      appliedSince += operations
      if (appliedSince < Math.max(rowsAtLast, smallestGrowth)) return
      appliedSince = 0
      await database.asOwner((connection) => connection.query('analyze profiles, identifiers'))
      rowsAtLast = await profileCount(database)
    },
  }
}

/** As of the last statistics; 0 where there are none yet. */
async function profileCount(database: Database): Promise<number> {
  return await database.asOwner(async (connection) => {
    const { rows } = await connection.query<{ count: number }>(
      `select greatest(reltuples, 0)::float8 as count from pg_class where oid = 'profiles'::regclass`,
    )
    return rows[0]?.count ?? 0
  })
}
