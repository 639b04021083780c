import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
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
 * Both change the table for everybody, and who comes later queues behind: while a backup reads for an hour, nothing
 * could be accepted. So they wait for others a moment only, a few times.
 */
const lockWaitMs = 400
const mostAttempts = 3
const pauseMs = 400

/**
 * Creates the partitions of now and the near future, and drops those that are due. Run at start and every
 * hour; safe in several processes at once.
 *
 * @returns the tables that somebody kept us from: what is left is for the next time. Throws where such a table has no
 *   partition of now
 */
export async function maintainPartitions(
  database: Database,
  tables: readonly PartitionedTable[],
  now: Date,
): Promise<readonly string[]> {
  const left: string[] = []
  for (const table of tables) {
    if (!(await maintainUndisturbed(database, table, now))) left.push(table.name)
  }
  return left
}

async function maintainUndisturbed(database: Database, table: PartitionedTable, now: Date): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      // Each in a transaction of its own: one that cannot drop has created all the same.
      await change(database, table, now, createAhead)
      await change(database, table, now, dropDue)
      return true
    } catch (error) {
      if (!(error instanceof pg.DatabaseError && error.code === lockNotAvailable)) throw error
      if (attempt < mostAttempts) {
        await delay(pauseMs)
        continue
      }
      const existing = await database.asOwner((connection) => partitionStarts(connection, table.name))
      if (!existing.has(isoDay(startOf(table.unit, now, 0)))) throw error
      return false
    }
  }
}

/** SQLSTATE of a lock that was not granted in time. */
const lockNotAvailable = '55P03'

type Change = typeof createAhead

async function change(database: Database, table: PartitionedTable, now: Date, work: Change): Promise<void> {
  await database.asOwner(async (connection) => {
    // Of one table: locks on two could deadlock with who writes to them the other way round.
    await connection.query('begin')
    await connection.query(`select pg_advisory_xact_lock(hashtext('tessera.partitions'))`)
    await connection.query(`set local lock_timeout = ${lockWaitMs}`)
    // Bounds are UTC, whatever the server's zone is.
    await connection.query(`set local timezone = 'UTC'`)
    await work(connection, table, await partitionStarts(connection, table.name), now)
    await connection.query('commit')
  })
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
