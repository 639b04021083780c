import type { Connection } from '../platform/postgres/database.ts'

/**
 * How many rows of each table `work` reads on this connection. A look-up reads what it finds; a statement that reads a
 * whole workspace for it is as slow as the workspace is large.
 */
export async function rowsRead(
  connection: Connection,
  work: () => Promise<unknown>,
): Promise<ReadonlyMap<string, number>> {
  const before = await readSoFar(connection)
  await work()
  const after = await readSoFar(connection)
  return new Map([...after].map(([table, read]) => [table, read - (before.get(table) ?? 0)]))
}

/** The tables of which `work` reads more than `most` rows, with how many those are: none, where it only looks things up. */
export async function readWidely(
  connection: Connection,
  most: number,
  work: () => Promise<unknown>,
): Promise<Readonly<Record<string, number>>> {
  const read = await rowsRead(connection, work)
  return Object.fromEntries([...read].filter(([, rows]) => rows > most))
}

async function readSoFar(connection: Connection): Promise<ReadonlyMap<string, number>> {
  const { rows } = await connection.query<{ relname: string; read: string }>(
    `select relname, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as read
     from pg_stat_xact_user_tables`,
  )
  return new Map(rows.map(({ relname, read }) => [relname, Number(read)]))
}
