import { execFile, spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type StartedServer, startServer } from './target.ts'

/** A block of commands of the README, and the names in the answer that is shown below it. */
interface Step {
  readonly commands: readonly string[]
  readonly shownNames: readonly string[]
}

const readmeUrl = 'http://127.0.0.1:8080'
const readme = join(import.meta.dirname, '../README.md')
const hasCurl = spawnSync('curl', ['--version']).status === 0

/** On its first start, as the README says, and so not the target of the other tests. */
let server: StartedServer

beforeAll(async () => {
  server = await startServer(process.env, [])
})
afterAll(() => server[Symbol.asyncDispose]())

it('the calls of the README run as they are pasted, answer as it says, and end with both rewards', async (context) => {
  context.skip(!hasCurl, 'there is no curl on this machine')
  const shell = openShell({
    KEY: await printed(/master key "\w+" is (\S+)/),
    PASSWORD: await printed(/the password of operator "\w+" is (\S+)/),
  })
  const steps = stepsOf(await readFile(readme, 'utf8'))
  expect(steps.length).toBeGreaterThan(6)
  for (const { commands, shownNames } of steps) {
    let answer = await shell.run(commands)
    const last = commands.slice(-1)
    // What is shown is there soon, but not always with the next request.
    await expect
      .poll(async () => {
        const missing = shownNames.filter((name) => !answer.includes(`"${name}"`))
        if (missing.length > 0) answer = await shell.run(last)
        return missing
      }, poll)
      .toEqual([])
    expect(answer).not.toMatch(/"http_status_code":[45]/)
  }
  const rewardsOf = async (name: string): Promise<unknown> =>
    JSON.parse(
      await shell.run([`curl -s ${readmeUrl}/api/v4/me/rewards -H "Authorization: Bearer $${name}"`]),
    )
  const granted = (role: string) => [expect.objectContaining({ state: 'FULFILLED', tags: [role] })]
  expect(await rewardsOf('ANN')).toEqual(granted('advocate'))
  await shell.run([
    `curl -s -X POST ${readmeUrl}/api/v2/consumers/$BOB/authorize -H "Authorization: Bearer $KEY"`,
  ])
  expect(await rewardsOf('BOB')).toEqual(granted('friend'))
})

const poll = { timeout: 30_000, interval: 100 }

/** What the first start prints. */
async function printed(pattern: RegExp): Promise<string> {
  const found = () => pattern.exec(server.printed())?.[1]
  await expect.poll(found, poll).toBeDefined()
  return found() ?? ''
}

/** The blocks of shell commands that call the server, each with the answer shown before the next one. */
function stepsOf(markdown: string): readonly Step[] {
  const fences = [...markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, text = '']) => ({
    language,
    text,
  }))
  return fences.flatMap(({ language, text }, index) => {
    if (language !== 'sh' || !text.includes('curl ')) return []
    const next = fences[index + 1]
    const shown = next?.language === 'json' ? next.text : ''
    const commands = text.replaceAll('\\\n', ' ').trim().split('\n')
    return [{ commands, shownNames: [...shown.matchAll(/"(\w+)":/g)].map(([, name = '']) => name) }]
  })
}

/** One shell session: what a command puts into a variable, later ones find there. */
function openShell(environment: Readonly<Record<string, string>>) {
  let variables: Readonly<Record<string, string>> = environment
  const mark = '\u001f'
  return {
    /** Gives what the commands printed. */
    async run(commands: readonly string[]): Promise<string> {
      const script = commands.join('\n').replaceAll(readmeUrl, server.baseUrl)
      const output = await bash(`set -eu\n${script}\nprintf '${mark}'; env -0`, variables)
      // The first one: among what the shell exports is the script, and so the mark again.
      const end = output.indexOf(mark)
      const printed = output.slice(0, end)
      const kept = output
        .slice(end + 1)
        .split('\0')
        .filter((line) => /^(ANN|API|BOB|CODE|CUSTOMER|KEY|PASSWORD|TILL|TRACKING_ID)=/.test(line))
      variables = Object.fromEntries(
        kept.map((line) => [line.replace(/=.*/s, ''), line.replace(/^\w+=/, '')]),
      )
      return printed
    },
  }
}

/** `allexport`, so that what a command sets is seen in the environment at the end. */
function bash(script: string, variables: Readonly<Record<string, string>>): Promise<string> {
  const env = { ...process.env, ...variables }
  return new Promise((resolve, reject) => {
    execFile('bash', ['-o', 'allexport', '-c', script], { env }, (error, printed) =>
      error ? reject(error) : resolve(printed),
    )
  })
}
