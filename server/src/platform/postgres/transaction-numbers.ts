import type { Database } from './database.ts'

/**
 * Lets the numbers by which readers keep their place go on where they ended, in a database that was restored from a dump
 * into another cluster. To be called before anything is written or read; processes that start together take turns.
 *
 * @returns whether they had to be raised
 */
export async function resumeTransactionNumbers(database: Database): Promise<boolean> {
  return await database.asOwner(async (connection) => {
    await connection.query('begin')
    await connection.query(`select pg_advisory_xact_lock(hashtext('tessera.transaction-numbers'))`)
    const { rows } = await connection.query<{ raised: boolean }>(
      'select resume_transaction_numbers() as raised',
    )
    await connection.query('commit')
    return rows[0]?.raised ?? false
  })
}
