import type { Connection, Database } from './database.ts'

/** A table partitioned by time, how long one partition lasts, and for how long its rows are kept. */
export interface PartitionedTable {
  readonly name: string
  readonly unit: 'day' | 'month'
  /** A partition is dropped whole once its last row is older; absent: kept for ever. */
  readonly keptForHours?: number
  /**
   * SQL condition on a row (`kept`) that must not be lost: a partition that holds such a row stays, however old it is.
   */
  readonly keptWhile?: string
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
  for (const table of tables) {
    await database.asOwner(async (connection) => {
      // A transaction each: one that held locks on two tables could deadlock with who writes to them the other way round.
      await connection.query('begin')
      await connection.query(`select pg_advisory_xact_lock(hashtext('tessera.partitions'))`)
      // Bounds are UTC, whatever the server's zone is.
      await connection.query(`set local timezone = 'UTC'`)
      const existing = await partitionStarts(connection, table.name)
      await createAhead(connection, table, existing, now)
      await dropDue(connection, table, existing, now)
      await connection.query('commit')
    })
  }
}

async function createAhead(
  connection: Connection,
  table: PartitionedTable,
  existing: ReadonlySet<string>,
  now: Date,
): Promise<void> {
  for (let ahead = 0; ahead < partitionsAhead; ahead++) {
    const from = startOf(table.unit, now, ahead)
    if (existing.has(isoDay(from))) continue
    const to = startOf(table.unit, from, 1)
    await connection.query(
      `create table ${partitionName(table.name, from)} partition of ${table.name}
       for values from ('${isoDay(from)}') to ('${isoDay(to)}')`,
    )
  }
}

async function dropDue(
  connection: Connection,
  table: PartitionedTable,
  existing: ReadonlySet<string>,
  now: Date,
): Promise<void> {
  if (table.keptForHours === undefined) return
  for (const start of existing) {
    const from = new Date(`${start}T00:00:00Z`)
    const ageHours = (now.getTime() - startOf(table.unit, from, 1).getTime()) / 3_600_000
    if (ageHours < table.keptForHours) continue
    const name = partitionName(table.name, from)
    if (table.keptWhile !== undefined) {
      const kept = await connection.query(`select from ${name} kept where ${table.keptWhile} limit 1`)
      if (kept.rowCount) continue
    }
    await connection.query(`drop table ${name}`)
  }
}

/** The first days of the partitions that there are, `YYYY-MM-DD`. */
export async function partitionStarts(connection: Connection, table: string): Promise<ReadonlySet<string>> {
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
