import type { Database } from './database.ts'

/** A table partitioned by time, how long one partition lasts, and for how long its rows are kept. */
export interface PartitionedTable {
  readonly name: string
  readonly unit: 'day' | 'month'
  /** A partition is dropped whole once its last row is older; absent: kept for ever. */
  readonly keptForHours?: number
}

const partitionsAhead = 3

/**
 * Creates the partitions of now and the near future, and drops those that are due. Run at start and every
 * hour; safe in several processes at once.
 */
export async function maintainPartitions(
  database: Database,
  tables: readonly PartitionedTable[],
  now: Date,
): Promise<void> {
  await database.asOwner(async (connection) => {
    await connection.query('begin')
    // Creating a partition locks its parent: two processes that do so for two tables in turn would deadlock.
    await connection.query(`select pg_advisory_xact_lock(hashtext('tessera.partitions'))`)
    for (const table of tables) {
      const existing = await partitionStarts(connection, table.name)
      for (let ahead = 0; ahead < partitionsAhead; ahead++) {
        const from = startOf(table.unit, now, ahead)
        if (existing.has(isoDay(from))) continue
        const to = startOf(table.unit, from, 1)
        await connection.query(
          `create table ${partitionName(table.name, from)} partition of ${table.name}
           for values from ('${isoDay(from)}') to ('${isoDay(to)}')`,
        )
      }
      for (const start of existing) {
        const end = startOf(table.unit, new Date(`${start}T00:00:00Z`), 1)
        const ageHours = (now.getTime() - end.getTime()) / 3_600_000
        if (table.keptForHours === undefined || ageHours < table.keptForHours) continue
        await connection.query(`drop table ${partitionName(table.name, new Date(`${start}T00:00:00Z`))}`)
      }
    }
    await connection.query('commit')
  })
}

async function partitionStarts(
  connection: Parameters<Parameters<Database['asOwner']>[0]>[0],
  table: string,
): Promise<Set<string>> {
  const { rows } = await connection.query<{ name: string }>(
    `select child.relname as name from pg_inherits
     join pg_class child on child.oid = inhrelid
     where inhparent = $1::regclass`,
    [table],
  )
  return new Set(rows.map(({ name }) => name.slice(-8).replace(/(\d{4})(\d\d)(\d\d)/, '$1-$2-$3')))
}

function partitionName(table: string, start: Date): string {
  return `${table}_${isoDay(start).replaceAll('-', '')}`
}

function startOf(unit: PartitionedTable['unit'], time: Date, later: number): Date {
  const [year, month, day] = [time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate()]
  return unit === 'day'
    ? new Date(Date.UTC(year, month, day + later))
    : new Date(Date.UTC(year, month + later, 1))
}

function isoDay(time: Date): string {
  return time.toISOString().slice(0, 10)
}
