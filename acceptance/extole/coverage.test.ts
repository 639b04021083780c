import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'

/** No API that grants outside of referral is there yet: the database ring holds it (referral-run.db.test.ts). */
const elsewhere = ['E108']
const statements = Array.from({ length: 128 }, (_, index) => `E${index + 1}`)

it('every statement E1 to E128 of the contract is named by at least one test', async () => {
  const files = (await readdir(import.meta.dirname)).filter((name) => name.endsWith('.test.ts'))
  const sources = await Promise.all(files.map((name) => readFile(join(import.meta.dirname, name), 'utf8')))
  const titled = sources.flatMap((source) => source.match(/['`"]((?:E[0-9]+, )*E[0-9]+): /g) ?? [])
  const named = new Set(titled.flatMap((match) => match.slice(1, -2).split(', ')))
  expect(statements.filter((statement) => !named.has(statement) && !elsewhere.includes(statement))).toEqual(
    [],
  )
})
