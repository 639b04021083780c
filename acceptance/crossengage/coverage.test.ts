import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const statements = Array.from({ length: 71 }, (_, index) => `C${index + 1}`)

it('every statement C1 to C71 of the contract is named by at least one test', async () => {
  const files = (await readdir(import.meta.dirname)).filter((name) => name.endsWith('.test.ts'))
  const sources = await Promise.all(files.map((name) => readFile(join(import.meta.dirname, name), 'utf8')))
  const titled = sources.flatMap((source) => source.match(/['`"](C[0-9]+): /g) ?? [])
  const named = new Set(titled.map((match) => match.slice(1, -2)))
  expect(statements.filter((statement) => !named.has(statement))).toEqual([])
})
