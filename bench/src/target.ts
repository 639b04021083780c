import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import type { LoadOrder, LoadResult } from './load-generator.ts'

const benchKey = 'bench-master-key'
const repository = join(import.meta.dirname, '../..')
const workspaceFile = join(import.meta.dirname, 'bench.workspace.yaml')

/** A server started for measuring, as anybody would start it. */
export interface Target extends AsyncDisposable {
  readonly port: number
  /** From the start of the process until it was ready. */
  readonly readyMs: number
  /** The most memory it had resident so far. */
  peakMemoryBytes(): Promise<number>
}

export async function startTarget(dataDir: string): Promise<Target> {
  const port = await freePort()
  const started = performance.now()
  const child = spawn(process.execPath, await startArguments(), {
    cwd: repository,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: environment(dataDir, port),
  })
  await untilReady(port, child)
  const readyMs = performance.now() - started
  return { port, readyMs, peakMemoryBytes: () => peakMemory(child), [Symbol.asyncDispose]: () => stop(child) }
}

function environment(dataDir: string, port: number): NodeJS.ProcessEnv {
  return {
    ...process.env,
    TESSERA_PORT: String(port),
    TESSERA_DATA_DIR: dataDir,
    TESSERA_WORKSPACE_FILES: workspaceFile,
    TESSERA_RATE_LIMIT: 'off',
    TESSERA_LOG_LEVEL: 'warn',
  }
}

/** A command beside the server, from its start to its end. */
export interface RunningCommand {
  /** What it printed; fails where it fails. */
  readonly printed: Promise<string>
  peakMemoryBytes(): Promise<number>
}

export function runCommand(dataDir: string, ...command: readonly string[]): RunningCommand {
  const child = spawn(process.execPath, [join(repository, 'server/src/main.ts'), ...command], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: environment(dataDir, 0),
  })
  const ended = once(child, 'close')
  const printed = text(child.stdout).then(async (output) => {
    const [code] = await ended
    if (code !== 0) throw new Error(`${command.join(' ')} failed: ${output.slice(0, 1000)}`)
    return output
  })
  return { printed, peakMemoryBytes: () => peakMemory(child) }
}

/** Starts the handlers with everything behind them taken away: what parsing, checking and answering alone allow. */
export async function startNoOp(): Promise<{ readonly port: number } & AsyncDisposable> {
  const child = fork(join(import.meta.dirname, 'no-op-server.ts'), [workspaceFile], { stdio: 'inherit' })
  const port = await firstMessage<number>(child)
  return { port, [Symbol.asyncDispose]: () => stop(child) }
}

export async function load(order: Omit<LoadOrder, 'key'>): Promise<LoadResult> {
  const child = fork(join(import.meta.dirname, 'load-generator.ts'), { stdio: 'inherit' })
  child.send({ ...order, key: benchKey })
  const result = await firstMessage<LoadResult>(child)
  if (result.failed > 0)
    throw new Error(`${result.failed} of ${result.answered} requests failed: ${result.lastBodies[0]}`)
  return result
}

/** What a child has to say first; one that ends before fails whoever waits for it. */
async function firstMessage<T>(child: ChildProcess): Promise<T> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${child.spawnargs.at(-1)} ended with ${code} and said nothing`)
  })
  const [message] = await Promise.race([once(child, 'message'), ended])
  ended.catch(() => {})
  return message as T
}

/** Waits until the requests with these answers are applied; each was its connection's last. */
export async function untilApplied(port: number, bodies: readonly string[]): Promise<void> {
  for (const body of bodies) {
    if (body === '') continue
    const { trackingId } = JSON.parse(body)
    while ((await stageOf(port, trackingId)) !== 'PROCESSED') await delay(5)
  }
}

/** What `npm start` runs, run by ourselves so that the process measured is the server's and not npm's. */
async function startArguments(): Promise<readonly string[]> {
  const { scripts } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')) as {
    scripts: { start: string }
  }
  return scripts.start.split(' ').slice(1)
}

async function stageOf(port: number, trackingId: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/users/track/${trackingId}`, {
    headers: { 'X-XNG-AuthToken': benchKey, 'X-XNG-ApiVersion': '2' },
  })
  const { stage } = (await response.json()) as { stage: string }
  return stage
}

async function untilReady(port: number, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
    if (ready?.ok) return
    await delay(10)
  }
  throw new Error('the server ended before it was ready')
}

async function peakMemory(child: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}
