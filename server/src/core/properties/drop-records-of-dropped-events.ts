import type { Database } from '../../platform/postgres/database.ts'
import { partitionStarts } from '../../platform/postgres/partitions.ts'

const mostAtOnce = 1000

/**
 * Drops property records of events whose month is no longer kept, a bounded number at a time, so that they hold nobody up
 * and a unique value of theirs is free again (L55). Which months those are is seen by the months that are there: so
 * nothing stays behind where the last run was cut short.
 */
export async function dropRecordsOfDroppedEvents(database: Database): Promise<void> {
  const starts = await database.asOwner((connection) => partitionStarts(connection, 'events'))
  for (const gone of monthsBetween([...starts].sort())) {
    while ((await dropSome(database, gone)) === mostAtOnce) {
      // There may be more.
    }
  }
}

/** From the one time to before the other. */
interface Gone {
  readonly from: string
  readonly to: string
}

/** All before the first month that there is, and whatever is missing between two of them. */
function monthsBetween(starts: readonly string[]): readonly Gone[] {
  return starts.flatMap((to, n) => {
    const before = starts[n - 1]
    const from = before === undefined ? '-infinity' : nextMonth(before)
    return from === to ? [] : [{ from, to }]
  })
}

function nextMonth(start: string): string {
  const time = new Date(start)
  return new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + 1, 1)).toISOString().slice(0, 10)
}

/** @returns how many */
async function dropSome(database: Database, { from, to }: Gone): Promise<number> {
  return await database.asOwner(async (connection) => {
    const { rowCount } = await connection.query({
      name: 'drop-records-of-dropped-events',
      // Workspace by workspace, as the index begins with it.
      text: `delete from property_records r
             using (
               select found.* from workspaces w cross join lateral (
                 select workspace_id, owner_kind, owner_id, property_id from property_records p
                 where p.workspace_id = w.id and p.received_at >= $1::timestamp at time zone 'UTC'
                   and p.received_at < $2::timestamp at time zone 'UTC'
                 limit ${mostAtOnce}
               ) found
               limit ${mostAtOnce}
             ) gone
             where r.workspace_id = gone.workspace_id and r.owner_kind = gone.owner_kind
               and r.owner_id = gone.owner_id and r.property_id = gone.property_id`,
      values: [from, to],
    })
    return rowCount ?? 0
  })
}
