import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'vitest'
import { type StartedServer, startServer } from './target.ts'

const repository = resolve(import.meta.dirname, '..')
const writtenUrl = 'http://127.0.0.1:8080'
const poll = { timeout: 30_000, interval: 100 }

export const hasCurl = spawnSync('curl', ['--version']).status === 0

/** A block of commands of a document, and what it says that the last of them answers. */
interface Step {
  readonly commands: readonly string[]
  readonly shown: string
}

/** A server on its first start, and one shell that runs documents against it, as a person would paste them. */
export interface DocumentRunner extends AsyncDisposable {
  /** Runs the commands of a document of the repository; each answer has to be what is shown below its block. */
  run(path: string): Promise<void>
  /** Runs one command, with the variables that the documents set; gives what it printed. */
  command(text: string): Promise<string>
}

/** Starts a server as the README says, with its master key in `$KEY` and the password of its till in `$PASSWORD`. */
export async function openDocumentRunner(): Promise<DocumentRunner> {
  await using undo = new AsyncDisposableStack()
  const server = undo.use(await startServer(process.env, []))
  const folder = await mkdtemp(join(tmpdir(), 'tessera-documents-'))
  undo.defer(() => rm(folder, { recursive: true, force: true }))
  await symlink(join(repository, 'examples'), join(folder, 'examples'))
  const shell = openShell(server, folder, {
    KEY: await printed(server, /master key "\w+" is (\S+)/),
    PASSWORD: await printed(server, /the password of operator "\w+" is (\S+)/),
  })
  const opened = undo.move()
  return {
    async run(path) {
      const steps = stepsOf(await readFile(join(repository, path), 'utf8'))
      expect(steps.length, path).toBeGreaterThan(0)
      for (const step of steps) await runStep(shell, step)
    },
    command: (text) => shell([text]),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

type Shell = (commands: readonly string[]) => Promise<string>

/** What the first start prints; a server that is ready has printed it, but it may still be on its way. */
async function printed(server: StartedServer, pattern: RegExp): Promise<string> {
  const deadline = Date.now() + poll.timeout
  for (;;) {
    const found = pattern.exec(server.printed())?.[1]
    if (found !== undefined) return found
    if (Date.now() > deadline) throw new Error(`${pattern} is not in what the server printed`)
    await delay(poll.interval)
  }
}

/** The blocks of shell commands that call the server or the command line, each with the answer shown before the next. */
function stepsOf(markdown: string): readonly Step[] {
  const fences = [...markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, text = '']) => ({
    language,
    text,
  }))
  return fences.flatMap(({ language, text }, index) => {
    if (language !== 'sh' || !/\b(curl|xng|api|npx tessera) /.test(text)) return []
    const next = fences[index + 1]
    const shown = next?.language === 'json' || next?.language === 'text' ? next.text : ''
    return [{ commands: commandsOf(text), shown }]
  })
}

/** Lines, but for those that end in a backslash or within quotes. */
function commandsOf(block: string): readonly string[] {
  const commands: string[] = []
  let open = ''
  for (const line of block.replaceAll('\\\n', ' ').trim().split('\n')) {
    open = open === '' ? line : `${open}\n${line}`
    if ((open.split("'").length - 1) % 2 === 0) {
      commands.push(open)
      open = ''
    }
  }
  return commands
}

async function runStep(shell: Shell, { commands, shown }: Step): Promise<void> {
  let answer = await shell(commands)
  const last = commands.slice(-1)
  // What is shown is there soon, but not always with the next request.
  await expect
    .poll(async () => {
      const missing = missingFrom(answer, shown)
      if (missing.length === 0) return []
      const before = answer
      answer = await shell(last)
      return [...missing, `in: ${before}`]
    }, poll)
    .toEqual([])
  const isRefusal = /"http_status_code":[45]|"error":\{"|"errors":\[\s*\{/
  if (!isRefusal.test(shown)) expect(answer, last[0] ?? '').not.toMatch(isRefusal)
}

/**
 * What is shown and not answered: names; and values that are the same each time: numbers, truth, and words in capitals.
 * Lines of plain text have to be there as they are, `…` standing for anything.
 */
function missingFrom(answer: string, shown: string): readonly string[] {
  const told = answer.replace(/":\s+/g, '":')
  if (!/[{[]/.test(shown)) {
    const lines = shown.split('\n').filter((line) => line.trim() !== '')
    return lines.filter((line) => line.split('…').some((part) => !answer.includes(part.trim())))
  }
  const pairs = shown.replace(/":\s+/g, '":').matchAll(/"(\w+)":(-?\d[\d.]*|true|false|null|"[A-Z_]+")?/g)
  return [...pairs].flatMap(([, name = '', value = '']) => {
    const written = `"${name}":${value}`
    return told.includes(written) ? [] : [written]
  })
}

/** One shell session: what a command puts into a variable or a function, later ones find there. */
function openShell(server: StartedServer, folder: string, given: Readonly<Record<string, string>>): Shell {
  let variables = given
  const mark = '\u001f'
  const tessera = `${process.execPath} ${join(repository, 'server/src/main.ts')}`
  return async (commands) => {
    const script = commands
      .join('\n')
      .replaceAll(writtenUrl, server.baseUrl)
      .replaceAll('npx tessera', tessera)
      .replaceAll('npm run sample-data --', `${tessera} sample-data`)
    const names = new Set([...Object.keys(variables), ...assignedIn(script)])
    const env = { ...server.commandEnvironment, ...variables }
    const output = await bash(`set -eu\n${script}\nprintf '${mark}'; env -0`, folder, env)
    // The first one: among what the shell exports is the script, and so the mark again.
    const end = output.indexOf(mark)
    const kept = output
      .slice(end + 1)
      .split('\0')
      .flatMap((line) => {
        const [, name = '', value = ''] = /^([\w%]+)=(.*)$/s.exec(line) ?? []
        const isFunction = name.startsWith('BASH_FUNC_')
        return names.has(name) || isFunction ? [[name, value] as const] : []
      })
    variables = Object.fromEntries(kept)
    return output.slice(0, end)
  }
}

function assignedIn(script: string): readonly string[] {
  return [...script.matchAll(/^([A-Z_]+)=/gm)].map(([, name = '']) => name)
}

/** `allexport`, so that what a command sets is seen in the environment at the end. */
function bash(script: string, cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('bash', ['-o', 'allexport', '-c', script], { cwd, env }, (error, printed) =>
      error ? reject(error) : resolve(printed),
    )
  })
}
