import type { Logger } from '../log.ts'
import { openRegularJob } from '../regular-job.ts'
import type { Database } from './database.ts'

const everyMs = 3000
/** Below this, any plan will do. */
const smallestGrowth = 500

/**
 * Takes statistics of tables that grew by as much as they were known to hold, until it is disposed. All that a table's
 * indexes begin with is the workspace, so before its first statistics PostgreSQL takes any of them for a look-up; such a
 * plan is kept, and reads ever more while the table grows. Autovacuum looks once a minute, and a shop that opens sells a
 * hundred thousand times in that. A table is so looked at twenty times on its way to a billion rows; the rest is
 * autovacuum's.
 */
export function keepYoungStatistics(database: Database, logger: Logger): AsyncDisposable {
  return openRegularJob({ name: 'statistics', everyMs, work: () => takeYoungStatistics(database) }, logger)
}

export async function takeYoungStatistics(database: Database): Promise<void> {
  await database.asOwner(async (connection) => {
    const { rows } = await connection.query<{ name: string }>(
      `select quote_ident(s.relname) as name
       from pg_stat_user_tables s join pg_class c on c.oid = s.relid
       where s.schemaname = 'public' and s.n_mod_since_analyze >= greatest($1, c.reltuples)`,
      [smallestGrowth],
    )
    if (rows.length > 0) {
      await connection.query(`analyze (skip_locked) ${rows.map(({ name }) => name).join(', ')}`)
    }
  })
}
