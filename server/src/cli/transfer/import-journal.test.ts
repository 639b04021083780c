import { appendFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { journalPath, openJournal } from './import-journal.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-journal-'))
  path = join(folder, 'customers.csv')
  await writeFile(path, 'id\n1\n')
})
afterEach(() => rm(folder, { recursive: true }))

const sameChoices = { choices: { workspace: 1 }, restart: false }
const some = { place: { bytes: 5, lines: 2 }, rowCount: 1, rejectedCount: 1, rejectsBytes: 30 }

test('a later run begins where the journal says, under the same name', async () => {
  const first = await openJournal(path, sameChoices)
  expect(first.begin).toMatchObject({ place: { bytes: 0, lines: 0 }, rowCount: 0 })
  await first.write({ importId: first.begin.importId, ...some })
  const second = await openJournal(path, sameChoices)
  expect(second.begin).toMatchObject({ importId: first.begin.importId, ...some })
})

test('a complete import leaves no journal, and restarting ignores one', async () => {
  const { begin, write } = await openJournal(path, sameChoices)
  await write({ importId: begin.importId, ...some })
  const anew = await openJournal(path, { ...sameChoices, restart: true })
  expect(anew.begin.rowCount).toBe(0)
  expect(anew.begin.importId).not.toBe(begin.importId)
  await anew.remove()
  expect(await readdir(folder)).toEqual(['customers.csv'])
})

test('a place in another file, or under other choices, is refused', async () => {
  const { begin, write } = await openJournal(path, sameChoices)
  await write({ importId: begin.importId, ...some })
  await expect(openJournal(path, { choices: { workspace: 2 }, restart: false })).rejects.toThrow(
    'other options',
  )
  await appendFile(path, '2\n')
  await expect(openJournal(path, sameChoices)).rejects.toThrow('the file was changed since')
})

test('a journal that cannot be read is no reason to begin anew silently', async () => {
  await writeFile(journalPath(path), '{"vers')
  await expect(openJournal(path, sameChoices)).rejects.toThrow('--restart')
})
