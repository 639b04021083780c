import pg from 'pg'

/** What runs statements: a pool's connection, inside or outside of a transaction. */
export type Connection = pg.ClientBase

/**
 * The database, seen from two sides. As the *owner* it shows all workspaces: for migrations, the applier's
 * dispatching and jobs. *In a workspace* row-level security shows that workspace alone, whatever a statement
 * forgets to say.
 */
export interface Database extends AsyncDisposable {
  /** Runs statements that cross workspaces. */
  asOwner<T>(work: (connection: Connection) => Promise<T>): Promise<T>
  /** Runs statements of one workspace, each its own transaction. */
  inWorkspace<T>(workspaceId: number, work: (connection: Connection) => Promise<T>): Promise<T>
  /** Runs statements of one workspace as one transaction: all of them, or none. */
  transaction<T>(workspaceId: number, work: (connection: Connection) => Promise<T>): Promise<T>
}

/**
 * The role sees one workspace. Its statements are few, prepared, and made for indexes, so they are planned once and
 * without sequential scans: a plan made while a new server's tables are empty would scan them, and go on scanning
 * for minutes while they fill, until their statistics are taken (measured: 5 k instead of 30 k users/s).
 *
 * They are not compiled either: PostgreSQL before 18 counts a scan that it cannot do without, though they are off, as
 * ten billion, and would compile every such plan anew each time, for tenths of a second.
 *
 * Statements and not connection options: a `DATABASE_URL` with options of its own would replace those, and with
 * them the role.
 */
const workspaceSession =
  'set role tessera_app; set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set jit = off'

export function openDatabase(options: { connectionString: string; poolSize: number }): Database {
  const { connectionString, poolSize } = options
  const ownerPool = new pg.Pool({ connectionString, max: 4 })
  const workspacePool = new pg.Pool({ connectionString, max: poolSize })
  for (const pool of [ownerPool, workspacePool]) {
    // A connection that breaks is dropped, idle or at work; without listeners Node would end the process for it.
    pool.on('error', () => {})
    pool.on('connect', (client) => client.on('error', () => {}))
  }

  /** Naming the workspace costs a round trip, so a connection keeps the one it served last. */
  const served = new WeakMap<pg.PoolClient, number>()

  async function inWorkspace<T>(
    workspaceId: number,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    return await borrow(workspacePool, async (client) => {
      if (served.get(client) !== workspaceId) {
        if (!served.has(client)) await client.query(workspaceSession)
        await client.query(`select set_config('tessera.workspace_id', $1, false)`, [String(workspaceId)])
        served.set(client, workspaceId)
      }
      return await work(client)
    })
  }

  return {
    asOwner: (work) => borrow(ownerPool, work),
    inWorkspace,
    transaction: (workspaceId, work) =>
      inWorkspace(workspaceId, async (connection) => {
        await connection.query('begin')
        const result = await work(connection)
        await connection.query('commit')
        return result
      }),
    async [Symbol.asyncDispose]() {
      await Promise.all([ownerPool.end(), workspacePool.end()])
    },
  }
}

/** A connection whose work failed may be inside a transaction, or broken: it is cleaned, or not used again. */
async function borrow<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    const result = await work(client)
    client.release()
    return result
  } catch (error) {
    const cleaned = await client.query('rollback').then(
      () => true,
      () => false,
    )
    client.release(!cleaned)
    throw error
  }
}
