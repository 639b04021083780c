import { execFileSync } from 'node:child_process'
import { chown, cp, mkdir, readFile, rename, stat } from 'node:fs/promises'
import { dirname, join, parse } from 'node:path'

/** The user PostgreSQL runs as; absent: the user we are. */
export interface ServerUser {
  readonly uid: number
  readonly gid: number
}

/**
 * PostgreSQL refuses to run as root, so a root-run Tessera runs it as `postgres`, or as `nobody` where
 * there is no such user. No user is created: a machine's user table is not ours to change.
 */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  for (const name of ['postgres', 'nobody']) {
    const user = userNamed(name)
    if (user) return user
  }
  throw new Error('PostgreSQL cannot run as root, and there is no user "postgres" or "nobody" to run it as')
}

function userNamed(name: string): ServerUser | undefined {
  try {
    const numberOf = (flag: string) =>
      Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
    return { uid: numberOf('-u'), gid: numberOf('-g') }
  } catch {
    return undefined
  }
}

/** Whether somebody who owns nothing on the way may walk from the root to `path` (parts not there yet count as open). */
async function isReachableByOthers(path: string): Promise<boolean> {
  const { root } = parse(path)
  for (let folder = path; folder !== root; folder = dirname(folder)) {
    const found = await stat(folder).catch(() => undefined)
    if (found && (found.mode & 0o001) === 0) return false
  }
  return true
}

/**
 * Where the cluster lives. A data directory inside a folder closed to others (`/root`, a `mktemp -d`)
 * cannot be reached by the user PostgreSQL runs as; opening it would be worse, so the cluster then
 * lives below `/var/lib/tessera`, under a name made of the data directory's path.
 */
export async function clusterHome(dataDir: string, user: ServerUser | undefined): Promise<string> {
  if (!user || (await isReachableByOthers(dataDir))) return dataDir
  return join('/var/lib/tessera', dataDir.replaceAll(/[^A-Za-z0-9]+/g, '-').replace(/^-/, ''))
}

/** The binaries, copied beside the cluster homes of `/var/lib/tessera` when they cannot be reached where npm put them. */
export async function reachableBinaries(nativeDir: string, user: ServerUser | undefined): Promise<string> {
  if (!user || (await isReachableByOthers(nativeDir))) return nativeDir
  const copy = join('/var/lib/tessera', `postgresql-${await versionOf(nativeDir)}`)
  if (await stat(copy).catch(() => undefined)) return copy
  const partial = `${copy}.${process.pid}`
  await mkdir(dirname(copy), { recursive: true })
  await cp(nativeDir, partial, { recursive: true, verbatimSymlinks: true })
  // Of two processes that start at once one rename wins; the other's copy is as good.
  await rename(partial, copy).catch(() => undefined)
  return copy
}

async function versionOf(nativeDir: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(nativeDir, '..', 'package.json'), 'utf8'))
  return version
}

/** Makes a folder that only the server's user may enter. */
export async function makePrivateFolder(path: string, user: ServerUser | undefined): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  if (user) await chown(path, user.uid, user.gid)
}
