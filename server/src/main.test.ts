import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const source = import.meta.dirname
const readText = (path: string): string => readFileSync(join(source, path), 'utf8')

function tessera(...words: string[]): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['server/src/main.ts', ...words], {
    cwd: join(source, '../..'),
    encoding: 'utf8',
  })
  return { status, out: stdout, err: stderr }
}

test('a command that there is none of is refused with the nearest one, and starts no server', () => {
  expect(tessera('aply', 'shop.yaml')).toMatchObject({
    status: 1,
    err: expect.stringMatching(/there is no command "aply"; did you mean "apply"\?\n.*--help/),
  })
})

test('a mistake in a call is told in a line or two, not behind a page of help', () => {
  const { status, err } = tessera('keys', 'list')
  expect([status, err.trim().split('\n').length]).toEqual([1, 2])
  expect(err).toContain("required option '--workspace <slug>'")
})

test('--version is the version of the package', () => {
  expect(tessera('--version').out.trim()).toBe(JSON.parse(readText('../package.json')).version)
})

test('every variable that the configuration reads stands in the README and in the help of serve', () => {
  const variables = [...readText('config.ts').matchAll(/environment\.([A-Z_]+)/g)].map(
    ([, name = '']) => name,
  )
  expect(variables.length).toBeGreaterThan(10)
  const readme = readText('../../README.md')
  const { out } = tessera('serve', '--help')
  for (const name of variables) {
    expect(readme).toContain(`\`${name}\``)
    expect(out).toContain(name)
  }
})
