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

export interface DatabaseOptions {
  readonly connectionString: string
  readonly poolSize: number
  /** For work that somebody waits for; absent: every statement may take as long as it takes. */
  readonly limit?: {
    /** The longest wait for a connection, and then for each statement. */
    readonly waitMs: number
    /** What the work ends with where that is not enough, and where the database is away, as while it is restarted. */
    readonly late: () => Error
  }
}

/** How much later than PostgreSQL itself we give a statement up: only a server that has frozen needs that. */
const frozenAfterMs = 2000

export function openDatabase({ connectionString, poolSize, limit }: DatabaseOptions): Database {
  const waits = limit && {
    connectionTimeoutMillis: limit.waitMs,
    query_timeout: limit.waitMs + frozenAfterMs,
  }
  const ownerPool = new pg.Pool({ connectionString, max: 4, ...waits })
  const workspacePool = new pg.Pool({ connectionString, max: poolSize, ...waits })
  for (const pool of [ownerPool, workspacePool]) {
    // A connection that breaks is dropped, idle or at work; without listeners Node would end the process for it.
    pool.on('error', () => {})
    pool.on('connect', (client) => client.on('error', () => {}))
  }

  /** PostgreSQL ends what takes too long: a client that merely walks away leaves it waiting for its lock. */
  const session = limit ? `set statement_timeout = ${limit.waitMs}; ` : ''
  const prepared = new WeakSet<pg.PoolClient>()

  async function work<T>(pool: pg.Pool, task: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    if (!limit) return await borrow(pool, task)
    try {
      return await borrow(pool, task)
    } catch (error) {
      throw isLate(error) || isAway(error) ? Object.assign(limit.late(), { cause: error }) : error
    }
  }

  /** Naming the workspace costs a round trip, so a connection keeps the one it served last. */
  const served = new WeakMap<pg.PoolClient, number>()

  async function inWorkspace<T>(
    workspaceId: number,
    task: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    return await work(workspacePool, async (client) => {
      if (served.get(client) !== workspaceId) {
        if (!served.has(client)) await client.query(`${session}${workspaceSession}`)
        await client.query(`select set_config('tessera.workspace_id', $1, false)`, [String(workspaceId)])
        served.set(client, workspaceId)
      }
      return await task(client)
    })
  }

  return {
    asOwner: (task) =>
      work(ownerPool, async (client) => {
        if (session !== '' && !prepared.has(client)) {
          await client.query(session)
          prepared.add(client)
        }
        return await task(client)
      }),
    inWorkspace,
    transaction: (workspaceId, task) =>
      inWorkspace(workspaceId, async (connection) => {
        await connection.query('begin')
        const result = await task(connection)
        const { command } = await connection.query('commit')
        // Where a statement failed and its error went unheard PostgreSQL rolls back, and calls that no error.
        if (command !== 'COMMIT')
          throw new Error('the transaction was rolled back, as a statement of it failed')
        return result
      }),
    async [Symbol.asyncDispose]() {
      await Promise.all([ownerPool.end(), workspacePool.end()])
    },
  }
}

/** A connection whose work failed may be inside a transaction, or broken: it is cleaned, or not used again. */
async function borrow<T>(pool: pg.Pool, task: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    const result = await task(client)
    client.release()
    return result
  } catch (error) {
    client.release(!(await isCleaned(client, error)))
    throw error
  }
}

async function isCleaned(client: pg.PoolClient, error: unknown): Promise<boolean> {
  // What a frozen server still works on stands before whatever is sent next; one that takes no writes is to be left.
  if (isFrozen(error) || codeOf(error) === readOnly) return false
  return await client.query('rollback').then(
    () => true,
    () => false,
  )
}

/** SQLSTATE of a statement that its session's `statement_timeout` ended. */
const queryCanceled = '57014'

function isLate(error: unknown): boolean {
  return isFrozen(error) || (error instanceof pg.DatabaseError && error.code === queryCanceled)
}

/** SQLSTATE of a write to a server that takes none, as another one has taken over. */
const readOnly = '25006'

/**
 * SQLSTATE of a server that starts, stops or crashed, takes no writes, or has no connection left; what a socket says
 * of it; and what the resolver says while a container has no name.
 */
const awayCodes: ReadonlySet<unknown> = new Set([
  '57P01',
  '57P02',
  '57P03',
  readOnly,
  '53300',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])

function isAway(error: unknown): boolean {
  return error instanceof Error && (awayCodes.has(codeOf(error)) || hungUp.has(error.message))
}

function codeOf(error: unknown): unknown {
  return error instanceof Error ? (error as { code?: unknown }).code : undefined
}

/** The driver has no other mark for a connection that ended under its work. */
const hungUp: ReadonlySet<string> = new Set([
  'Connection terminated unexpectedly',
  'Connection terminated',
  'Client has encountered a connection error and is not queryable',
])

/** The driver has no other mark for what it gave up waiting for: an answer, a free connection, or a new one. */
function isFrozen(error: unknown): boolean {
  return error instanceof Error && gaveUp.has(error.message)
}

const gaveUp: ReadonlySet<string> = new Set([
  'Query read timeout',
  'timeout exceeded when trying to connect',
  'Connection terminated due to connection timeout',
  'timeout expired',
])
