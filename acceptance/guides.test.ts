import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, it } from 'vitest'
import { type DocumentRunner, hasCurl, openDocumentRunner } from './run-document.ts'

const guides = readdirSync(join(import.meta.dirname, '../docs/guides')).map((name) => `docs/guides/${name}`)

/** One server for all of them: a guide speaks of customers of its own. */
let runner: DocumentRunner
beforeAll(async () => {
  runner = await openDocumentRunner()
})
afterAll(() => runner[Symbol.asyncDispose]())

it.skipIf(!hasCurl).each(guides)(
  'the commands of %s run as they are pasted, and answer as it says',
  async (guide) => {
    await runner.run(guide)
  },
)
