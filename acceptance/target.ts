import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { send } from './client.ts'
import { openMailboxServer } from './mailbox-server.ts'

export interface Target extends AsyncDisposable {
  readonly baseUrl: string
  /** Where the mails that it sends can be read, as mailbox-server.ts tells them; undefined: nowhere. */
  readonly mailboxUrl: string | undefined
}

const repository = resolve(import.meta.dirname, '..')
const workspaceFiles = ['acme', 'other', 'miles'].map((name) => `acceptance/${name}.workspace.yaml`)
const startTimeoutMs = 120_000
const stopTimeoutMs = 15_000
const pollMs = 100

/**
 * The server under test: the one at `TESSERA_TARGET` (it must serve the two workspace files beside this one),
 * else one of our own, with a database and a data directory that nobody used before.
 */
export async function openTarget(environment: NodeJS.ProcessEnv): Promise<Target> {
  const given = environment.TESSERA_TARGET
  if (!given) return startServer(environment)
  const baseUrl = given.replace(/\/+$/, '')
  await untilReady(baseUrl, () => undefined)
  return { baseUrl, mailboxUrl: environment.TESSERA_TARGET_MAILBOX, async [Symbol.asyncDispose]() {} }
}

export interface StartedServer extends Target {
  /** The last of what it printed. */
  printed(): string
  /** In which the product's commands find the server's database. */
  readonly commandEnvironment: NodeJS.ProcessEnv
}

/** Starts a server of our own; without workspace files it is one on its first start. */
export async function startServer(
  environment: NodeJS.ProcessEnv,
  files: readonly string[] = workspaceFiles,
): Promise<StartedServer> {
  await using undo = new AsyncDisposableStack()
  const dataDir = await mkdtemp(join(tmpdir(), 'tessera-acceptance-'))
  undo.defer(() => rm(dataDir, { recursive: true, force: true }))
  // Where the server runs as root, PostgreSQL runs as another user: closed to it, the folder would not hold its files.
  await chmod(dataDir, 0o755)
  const databaseUrl = await freshDatabase(environment.TESSERA_TEST_DATABASE_URL, undo)
  const mailbox = undo.use(await openMailboxServer())
  const port = await freePort()
  const commandEnvironment = {
    ...withoutOurs(environment),
    // Half of what a start takes is compiling what was compiled for the one before.
    NODE_COMPILE_CACHE: join(repository, 'node_modules/.cache/tessera-compiled'),
    ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
    TESSERA_DATA_DIR: dataDir,
  }
  const server = spawn(process.execPath, ['server/src/main.ts', 'serve'], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...commandEnvironment,
      TESSERA_HOST: '127.0.0.1',
      TESSERA_PORT: String(port),
      TESSERA_WORKSPACE_FILES: files.join(','),
      TESSERA_SMTP_URL: mailbox.smtpUrl,
      TESSERA_RATE_LIMIT: 'off',
      TESSERA_LOG_LEVEL: 'warn',
    },
  })
  undo.defer(() => stopServer(server))
  const printed = collectOutput(server)
  const baseUrl = `http://127.0.0.1:${port}`
  await untilReady(baseUrl, () =>
    isOver(server)
      ? `the server ended with ${server.exitCode ?? server.signalCode}:\n${printed()}`
      : undefined,
  ).catch((error) => {
    throw new Error(`no server to test; it printed:\n${printed()}`, { cause: error })
  })
  const stopping = undo.move()
  const { mailboxUrl } = mailbox
  return {
    baseUrl,
    mailboxUrl,
    printed,
    commandEnvironment,
    [Symbol.asyncDispose]: () => stopping.disposeAsync(),
  }
}

async function untilReady(baseUrl: string, fault: () => string | undefined): Promise<void> {
  const deadline = Date.now() + startTimeoutMs
  let last = 'no answer'
  while (Date.now() < deadline) {
    const broken = fault()
    if (broken) throw new Error(broken)
    try {
      const reply = await send(baseUrl, { method: 'GET', path: '/readyz' })
      if (reply.status === 200) return
      last = `${reply.status} ${reply.body.toString('utf8').slice(0, 500)}`
    } catch (error) {
      last = String(error instanceof Error ? (error.cause ?? error) : error)
    }
    await delay(pollMs)
  }
  throw new Error(`${baseUrl}/readyz was not 200 within ${startTimeoutMs / 1000} s; last: ${last}`)
}

/** A database of our own on the given server, dropped at the end; none: the product starts its own PostgreSQL. */
async function freshDatabase(
  serverUrl: string | undefined,
  undo: AsyncDisposableStack,
): Promise<string | undefined> {
  if (!serverUrl) return undefined
  const name = `tessera_acceptance_${randomUUID().replaceAll('-', '').slice(0, 12)}`
  await runSql(serverUrl, `create database ${name}`)
  undo.defer(() => runSql(serverUrl, `drop database if exists ${name} with (force)`))
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

async function runSql(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** The test runner's own variables are kept from the server, so that it runs as it does anywhere else. */
function withoutOurs(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isOurs = (name: string): boolean =>
    /^(TESSERA_|VITEST)/.test(name) || ['DATABASE_URL', 'NODE_ENV', 'NODE_OPTIONS', 'TEST'].includes(name)
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isOurs(name)))
}

async function freePort(): Promise<number> {
  const probe = createServer()
  probe.listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address && typeof address === 'object') return address.port
  throw new Error('the system gave no free port')
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (isOver(server)) return
  const over = once(server, 'exit')
  server.kill('SIGTERM')
  const stopped = await Promise.race([over.then(() => true), delay(stopTimeoutMs, false, { ref: false })])
  if (stopped) return
  server.kill('SIGKILL')
  await over
  throw new Error(`the server did not stop within ${stopTimeoutMs / 1000} s of SIGTERM`)
}

function isOver(server: ChildProcess): boolean {
  return server.exitCode !== null || server.signalCode !== null
}

/** The last of what a process prints on either stream. */
function collectOutput(server: ChildProcess): () => string {
  let printed = ''
  for (const stream of [server.stdout, server.stderr]) {
    stream?.setEncoding('utf8')
    stream?.on('data', (text: string) => {
      printed = (printed + text).slice(-8000)
    })
  }
  server.on('error', (error) => {
    printed += error.message
  })
  return () => printed
}
