import { readFile } from 'node:fs/promises'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { Logger } from '../../log.ts'
import { type Cluster, clusterUrl, prepareCluster, requireOwnCluster } from './cluster.ts'
import { startProgram } from './programs.ts'

/**
 * What differs from PostgreSQL's defaults. No TCP: two servers on one machine never fight for a port.
 * The write-ahead log may grow, so that a checkpoint, after which the next change of every page costs an
 * image of that page, comes seldom. `jit` would compile the set statements for longer than they run.
 */
const settings = {
  listen_addresses: '',
  shared_buffers: '256MB',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  wal_buffers: '16MB',
  random_page_cost: '1.1',
  jit: 'off',
  log_min_messages: 'fatal',
}

/** Shared by all processes that use the cluster. Any number will do, if it stays the same. */
const userLock = 1_415_934_803
const startTimeoutMs = 60_000

export interface EmbeddedPostgres extends AsyncDisposable {
  /** Connection string of the product's database. */
  readonly url: string
}

/**
 * Starts the embedded PostgreSQL of a data directory, or joins the one that is running: a `tessera import`
 * beside the server uses the server's. Every process that uses the cluster restarts it when it dies (the first
 * succeeds, the others join), and the last to leave stops it, whoever started it. After a `kill -9` of all of
 * them the cluster runs on, and the next to come joins it.
 */
export async function startEmbeddedPostgres(dataDir: string, log: Logger): Promise<EmbeddedPostgres> {
  const cluster = await prepareCluster(dataDir)
  let stopping = false
  let comingBack: Promise<void> | undefined
  let client = await ensureRunning(cluster)
  watch(client)
  await ensureDatabase(client)

  function watch(watched: pg.Client): void {
    watched.once('end', () => {
      if (!stopping) comingBack = bringBack()
    })
  }

  async function bringBack(): Promise<void> {
    log.warn('the embedded PostgreSQL went away; bringing it back')
    while (!stopping) {
      try {
        client = await ensureRunning(cluster)
        watch(client)
        log.info('the embedded PostgreSQL is back')
        return
      } catch (error) {
        log.error({ err: error }, 'the embedded PostgreSQL does not start')
        await delay(1000)
      }
    }
  }

  return {
    url: clusterUrl(cluster, 'tessera'),
    async [Symbol.asyncDispose]() {
      stopping = true
      // A server that is on its way back is waited for: nobody else would stop it.
      await comingBack
      // Stopped while we hold the lock: who comes meanwhile waits for it, is sent away, and starts the server anew.
      if (await isLastToLeave(client)) await stopServer(cluster)
      await client.end().catch(() => {})
    },
  }
}

/** A connection to the running server, which is started first where there is none. */
async function ensureRunning(cluster: Cluster): Promise<pg.Client> {
  const running = await tryConnect(cluster)
  if (running) return running
  await requireOwnCluster(cluster)
  const deadline = Date.now() + startTimeoutMs
  let server = spawnServer(cluster)
  while (Date.now() < deadline) {
    const client = await tryConnect(cluster)
    if (client) return client
    // A server killed a moment ago leaves children behind that still hold its memory: it takes another try.
    if (server.exited()) server = spawnServer(cluster)
    await delay(25)
  }
  throw new Error(`the embedded PostgreSQL did not start within 60 s: ${server.printed()}`)
}

function spawnServer(cluster: Cluster): { exited(): boolean; printed(): string } {
  const flags = Object.entries({ ...settings, unix_socket_directories: cluster.socketDir })
  const child = startProgram(cluster.programs, 'postgres', [
    '-D',
    cluster.pgData,
    ...flags.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ])
  let printed = ''
  child.stderr?.on('data', (text) => {
    printed = (printed + text).slice(-2000)
  })
  child.on('error', (error) => {
    printed = error.message
  })
  // Neither the server nor what it might print keeps us alive: another process may go on using it.
  child.unref()
  if (child.stderr instanceof Socket) child.stderr.unref()
  return {
    exited: () => child.exitCode !== null || child.signalCode !== null,
    printed: () => printed.trim(),
  }
}

async function tryConnect(cluster: Cluster): Promise<pg.Client | undefined> {
  const client = new pg.Client({ connectionString: clusterUrl(cluster, 'postgres') })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select pg_advisory_lock_shared($1)', [userLock])
    return client
  } catch {
    await client.end().catch(() => {})
    return undefined
  }
}

async function ensureDatabase(client: pg.Client): Promise<void> {
  const found = await client.query(`select 1 from pg_database where datname = 'tessera'`)
  if (found.rowCount) return
  await client.query('create database tessera').catch((error: pg.DatabaseError) => {
    const otherWasFirst = error.code === '42P04' || error.code === '23505'
    if (!otherWasFirst) throw error
  })
}

/**
 * Whether nobody else uses the cluster any more. The own share is given back first: of two that leave at once, one
 * at least then sees itself alone.
 */
async function isLastToLeave(client: pg.Client): Promise<boolean> {
  try {
    await client.query('select pg_advisory_unlock_shared($1)', [userLock])
    const { rows } = await client.query<{ alone: boolean }>('select pg_try_advisory_lock($1) as alone', [
      userLock,
    ])
    return rows[0]?.alone ?? false
  } catch {
    return false
  }
}

/** A "fast" shutdown: sessions are ended, everything committed is on disk. Waits until the server is gone. */
async function stopServer(cluster: Cluster): Promise<void> {
  const pid = await serverPid(cluster)
  if (!pid) return
  process.kill(pid, 'SIGINT')
  while ((await serverPid(cluster)) === pid) await delay(20)
}

async function serverPid(cluster: Cluster): Promise<number | undefined> {
  const text = await readFile(join(cluster.pgData, 'postmaster.pid'), 'utf8').catch(() => '')
  const pid = Number(text.split('\n', 1)[0])
  if (!pid) return undefined
  try {
    process.kill(pid, 0)
    return pid
  } catch {
    return undefined
  }
}
