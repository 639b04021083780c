import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'

const repository = resolve(import.meta.dirname, '../../..')

/** Half of what a start of ours takes is compiling what was compiled for the one before. */
export const compileCache = { NODE_COMPILE_CACHE: join(repository, 'node_modules/.cache/tessera-compiled') }

/** `tessera serve` as a process of its own, as an operator would start it. */
export interface ServedProcess {
  /** The address it listens on. */
  readonly url: string
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>
  isRunning(): boolean
}

/** A data directory and the embedded PostgreSQL in it; disposing ends whatever is left of both. */
export interface DataDirectory extends AsyncDisposable {
  readonly path: string
  serve(): Promise<ServedProcess>
  /** Connects to the product's database. */
  connect(): Promise<pg.Client>
  /** The postmaster's process id; undefined where none runs. */
  postmaster(): Promise<number | undefined>
  /** The postmaster and every process it started. */
  postgresProcesses(): Promise<readonly number[]>
}

export async function makeDataDirectory(): Promise<DataDirectory> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tessera-crash-'))
  // Where the server runs as root, PostgreSQL runs as another user: closed to it, the folder would not hold its files.
  await chmod(dataDir, 0o755)
  const cluster = join(dataDir, 'postgres')
  const processes: ChildProcess[] = []

  async function postmaster(): Promise<number | undefined> {
    const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')
    const pid = Number(text.split('\n', 1)[0])
    return pid && isAlive(pid) ? pid : undefined
  }

  return {
    path: dataDir,
    async serve() {
      const child = spawnServer({
        TESSERA_DATA_DIR: dataDir,
        TESSERA_WORKSPACE_FILES: 'examples/acme.workspace.yaml',
      })
      processes.push(child)
      return await servedBy(child)
    },
    async connect() {
      const client = new pg.Client({ host: cluster, user: 'tessera', database: 'tessera' })
      client.on('error', () => {})
      await client.connect()
      return client
    },
    postmaster,
    async postgresProcesses() {
      const parent = await postmaster()
      return parent === undefined ? [] : [parent, ...(await childrenOf(parent))]
    },
    async [Symbol.asyncDispose]() {
      for (const child of processes) await endNow(child)
      const pid = await postmaster()
      // SIGQUIT: at once, children and all.
      if (pid !== undefined) process.kill(pid, 'SIGQUIT')
      while (pid !== undefined && isAlive(pid)) await delay(10)
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Starts a server on a database that is there already, and waits until it is ready; disposing ends it. */
export async function serveDatabase(
  url: string,
  settings: NodeJS.ProcessEnv = {},
): Promise<ServedProcess & AsyncDisposable> {
  const child = spawnServer({ DATABASE_URL: url, ...settings })
  const served = await servedBy(child)
  return { ...served, [Symbol.asyncDispose]: served.kill }
}

function spawnServer(settings: NodeJS.ProcessEnv): ChildProcess {
  const environment = Object.entries(process.env).filter(
    ([name]) => !/^(TESSERA_|VITEST|DATABASE_URL$|NODE_ENV$|NODE_OPTIONS$|TEST$)/.test(name),
  )
  return spawn(process.execPath, ['server/src/main.ts', 'serve'], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...Object.fromEntries(environment),
      ...compileCache,
      TESSERA_PORT: '0',
      TESSERA_RATE_LIMIT: 'off',
      TESSERA_LOG_LEVEL: 'info',
      ...settings,
    },
  })
}

async function servedBy(child: ChildProcess): Promise<ServedProcess> {
  const url = await readyAddress(child)
  return {
    url,
    kill: () => endNow(child),
    async stop() {
      const over = once(child, 'exit')
      child.kill('SIGTERM')
      const [code] = await over
      return code
    },
    isRunning: () => !isOver(child),
  }
}

/** The log line `ready` has the address. Rejects with what was printed if the server ends before. */
function readyAddress(child: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    if (!child.stdout) throw new Error('the server prints nowhere')
    const printed: string[] = []
    createInterface(child.stdout).on('line', (line) => {
      printed.push(line)
      if (!line.includes('"ready"')) return
      const { address } = JSON.parse(line)
      found(String(address))
    })
    child.once('exit', () => failed(new Error(`the server ended:\n${printed.join('\n')}`)))
  })
}

async function endNow(child: ChildProcess): Promise<void> {
  if (isOver(child)) return
  const over = once(child, 'exit')
  child.kill('SIGKILL')
  await over
}

function isOver(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function childrenOf(parent: number): Promise<readonly number[]> {
  const children: number[] = []
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const status = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '')
    // After the name, which is in brackets and may hold anything: the state, and the parent.
    const [, fields = ''] = status.split(/\) (?=[A-Z] )/)
    if (Number(fields.split(' ')[1]) === parent) children.push(Number(entry))
  }
  return children
}
