import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const statements = Array.from({ length: 126 }, (_, index) => `L${index + 1}`)

it('every statement L1 to L126 of the contract is named by at least one test', async () => {
  const files = (await readdir(import.meta.dirname)).filter((name) => name.endsWith('.test.ts'))
  const sources = await Promise.all(files.map((name) => readFile(join(import.meta.dirname, name), 'utf8')))
  const titled = sources.flatMap((source) => source.match(/['"`](?:[A-Z]\d+, )*[A-Z]\d+: /g) ?? [])
  const named = new Set(titled.flatMap((title) => title.slice(1, -2).split(', ')))
  expect(statements.filter((statement) => !named.has(statement))).toEqual([])
})
