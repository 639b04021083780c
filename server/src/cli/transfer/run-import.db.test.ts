import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readAllProfiles } from '../../core/profiles/export/read-all-profiles.ts'
import { csvFormat, ndjsonFormat } from '../../core/transfer/export/format-profiles.ts'
import { systemClock } from '../../platform/clock.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { listProfileParts } from '../profile-parts.ts'
import { journalPath } from './import-journal.ts'
import { type ImportOptions, runImport } from './run-import.ts'

let db: TestDatabase
let folder: string
beforeAll(async () => {
  db = await createTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'tessera-import-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
  await db[Symbol.asyncDispose]()
})

let workspaces = 0

/** A workspace of its own for what a test writes. */
async function newWorkspace(): Promise<string> {
  const slug = `import-${++workspaces}`
  await db.apply(`
    workspace: ${slug}
    customerData:
      businessUnits: [CZ, DE]
      attributes:
        - { name: firstName, type: string }
        - { name: age, type: integer }
        - { name: newsletter, type: boolean }
        - { name: colours, type: array, items: string }
        - { name: children, type: array, items: object, fields: [{ name: name, type: string }] }
  `)
  return slug
}

async function writeRows(name: string, text: string | Buffer): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}

async function importInto(slug: string, path: string, options: Partial<ImportOptions> = {}) {
  return await runImport(path, {
    format: path.endsWith('.csv') ? 'csv' : 'ndjson',
    delimiter: ',',
    clearEmpty: false,
    map: new Map(),
    ignore: new Set(),
    workspace: db.workspace(slug),
    platform: { ...db, profileParts: listProfileParts({ ...db, clock: systemClock }) },
    dryRun: false,
    restart: false,
    signal: new AbortController().signal,
    onBegin() {},
    onProgress() {},
    ...options,
  })
}

async function profilesOf(slug: string) {
  const { rows } = await db.database.asOwner((connection) =>
    connection.query(
      `select customer_id, email, business_unit, attributes from profiles
       where workspace_id = $1 order by customer_id, email, business_unit`,
      [db.workspace(slug).id],
    ),
  )
  return rows
}

const mixed = [
  'id,E-mail,businessUnit,firstName,age,newsletter,colours,Notes',
  '1,ada@example.com,CZ,Ada,36,yes,red|blue,x',
  '2,bob@example.com,,"Bob ""B"", jun.",old,0,,x',
  '3,not an address,FR,Cid,1,1,,x',
  ',lea@example.com,de,Lea,,,,x',
  ',,,Nobody,,,,x',
  '4,short row',
  '5,ADA@example.com,cz,Eve,,,,x',
  '1,,,Ada II,,,,x',
  '6,"broken"x,,,,,,x',
].join('\r\n')

test('a mixed file: what fits goes in, the later row wins, and every reject says line, field, reason and value', async () => {
  const slug = await newWorkspace()
  const path = await writeRows('mixed.csv', mixed)
  const reached = await importInto(slug, path, {
    map: new Map([['E-mail', 'email']]),
    ignore: new Set(['Notes']),
  })
  expect(reached).toMatchObject({ rowCount: 9, rejectedCount: 6 })
  expect(await readFile(`${path}.rejects.csv`, 'utf8')).toBe(
    [
      'row,field,reason,value',
      '3,age,is not a whole number,old',
      '4,E-mail,is not an e-mail address,not an address',
      "4,businessUnit,is none of the workspace's business units,FR",
      '6,E-mail,the row has neither an id nor an e-mail address,',
      '7,,the row has 2 cells and the header has 8,',
      '8,E-mail,the e-mail address is taken by the user with the id 1 in business unit CZ,ADA@example.com',
      '10,,there is text behind the closing quote of a value; a quote within a value is written twice,',
      '',
    ].join('\n'),
  )
  expect(await profilesOf(slug)).toEqual([
    {
      customer_id: '1',
      email: 'ada@example.com',
      business_unit: 'CZ',
      attributes: { firstName: 'Ada II', age: 36, newsletter: true, colours: ['red', 'blue'] },
    },
    {
      customer_id: null,
      email: 'lea@example.com',
      business_unit: 'DE',
      attributes: { firstName: 'Lea' },
    },
  ])
})

test('an empty cell leaves the value, or clears it where that is asked for', async () => {
  const slug = await newWorkspace()
  await importInto(slug, await writeRows('full.csv', 'id,businessUnit,firstName,age\n1,CZ,Ada,36\n'))
  const empty = await writeRows('empty.csv', 'id,businessUnit,firstName,age\n1,,,37\n')
  await importInto(slug, empty)
  expect(await profilesOf(slug)).toMatchObject([
    { business_unit: 'CZ', attributes: { firstName: 'Ada', age: 37 } },
  ])
  await importInto(slug, empty, { clearEmpty: true })
  expect(await profilesOf(slug)).toMatchObject([{ business_unit: null, attributes: { age: 37 } }])
})

test('names that do not fit stop an import before any row, and leave nothing behind', async () => {
  const slug = await newWorkspace()
  const path = await writeRows('unfit.csv', 'id;E-mail\n1;ada@example.com\n')
  await expect(importInto(slug, path)).rejects.toThrow("--delimiter ';'")
  await expect(importInto(slug, path, { delimiter: ';' })).rejects.toThrow('--map "E-mail=email"')
  expect(await profilesOf(slug)).toEqual([])
  expect((await readdir(folder)).filter((name) => name.startsWith('unfit'))).toEqual(['unfit.csv'])
})

test('a dry run lists the rejects and changes nothing', async () => {
  const slug = await newWorkspace()
  const path = await writeRows('dry.csv', 'id,age\n1,x\n2,3\n')
  expect(await importInto(slug, path, { dryRun: true })).toMatchObject({ rowCount: 2, rejectedCount: 1 })
  expect(await profilesOf(slug)).toEqual([])
  expect(await readFile(`${path}.dry-run.rejects.csv`, 'utf8')).toContain('2,age,is not a whole number,x')
})

const rowCount = 8000

/**
 * A file in which doing rows twice shows: user k gives its e-mail up, and a thousand rows later user k + 1 takes
 * it. Some rows are refused, some fail while they are applied.
 */
function handovers(): string {
  const lines = ['id,email,age']
  for (let row = 0; row < rowCount; row++) {
    const user = Math.floor(row / 1000)
    if (row % 1000 === 0) lines.push(`user-${user},shared@example.com,${row}`)
    else if (row % 1000 === 999) lines.push(`user-${user},own-${user}@example.com,${row}`)
    else if (row % 1000 === 500) lines.push(`other-${row},shared@example.com,1`)
    else if (row % 100 === 7) lines.push(`r-${row},,none`)
    else lines.push(`r-${row % 3000},,${row}`)
  }
  return `${lines.join('\n')}\n`
}

test('an interrupted import goes on where it stopped, and ends as if nothing had happened', async () => {
  const whole = await newWorkspace()
  const wholePath = await writeRows('whole.csv', handovers())
  const expected = await importInto(whole, wholePath)
  expect(expected).toMatchObject({ rowCount, rejectedCount: 8 + 80 })

  const slug = await newWorkspace()
  const path = await writeRows('interrupted.csv', handovers())
  const stop = new AbortController()
  const interrupted = importInto(slug, path, {
    signal: stop.signal,
    onProgress: ({ rowCount: done }) => done >= 2000 && stop.abort(),
  })
  await expect(interrupted).rejects.toThrow('the same command goes on there')
  let begunAfter = 0
  const reached = await importInto(slug, path, {
    onBegin: (from) => {
      begunAfter = from.rowCount
    },
  })
  expect(begunAfter).toBeGreaterThanOrEqual(2000)
  expect(begunAfter).toBeLessThan(rowCount)
  expect(counts(reached)).toEqual(counts(expected))
  expect(await profilesOf(slug)).toEqual(await profilesOf(whole))
  expect(await readFile(`${path}.rejects.csv`, 'utf8')).toBe(
    await readFile(`${wholePath}.rejects.csv`, 'utf8'),
  )
  expect(await readdir(folder)).not.toContain('interrupted.csv.tessera-import')
})

test('what was applied after the journal was last written is not applied again', async () => {
  const slug = await newWorkspace()
  const path = await writeRows('killed.csv', handovers())
  const stop = new AbortController()
  let isCopied: Promise<void> | undefined
  const interrupted = importInto(slug, path, {
    signal: stop.signal,
    onProgress({ rowCount: done }) {
      // The journal as a kill -9 at any later moment may leave it.
      isCopied ??= copyFile(journalPath(path), join(folder, 'old-journal'))
      if (done >= 3000) stop.abort()
    },
  })
  await expect(interrupted).rejects.toThrow()
  await isCopied
  await copyFile(join(folder, 'old-journal'), journalPath(path))

  const reached = await importInto(slug, path)
  expect(reached).toMatchObject({ rowCount, rejectedCount: 8 + 80 })
  const whole = await newWorkspace()
  await importInto(whole, await writeRows('not-killed.csv', handovers()))
  expect(await profilesOf(slug)).toEqual(await profilesOf(whole))
})

function counts({ rowCount, rejectedCount, place, rejectsBytes }: Awaited<ReturnType<typeof importInto>>) {
  return { rowCount, rejectedCount, place, rejectsBytes }
}

const awkward = [
  { id: '1', email: 'Ada@Example.com', businessUnit: 'CZ', firstName: '=1+1', age: -5, newsletter: false },
  { id: ' 2', firstName: 'two\r\nlines, "quoted"\r', colours: ['a|b', ''], children: [{ name: 'Č' }, {}] },
  { id: '3', email: 'ada@example.com', businessUnit: 'DE', colours: [] },
  { email: 'ada@example.com', firstName: 'Lead' },
  { id: '😀', firstName: '\uFEFF ' },
]

test.each(['csv', 'ndjson'] as const)(
  'an export as %s, imported elsewhere, gives the same customers',
  async (kind) => {
    const slug = await newWorkspace()
    const source = awkward.map((customer) => JSON.stringify(customer)).join('\n')
    expect(await importInto(slug, await writeRows('awkward.ndjson', source))).toMatchObject({
      rowCount: 5,
      rejectedCount: 0,
    })
    const attributes = db.workspace(slug).attributeDefinitions.map(({ name }) => name)
    const format =
      kind === 'csv' ? csvFormat(attributes, { forSpreadsheet: false }) : ndjsonFormat(attributes)
    let text = format.header
    await readAllProfiles(db.database, db.workspace(slug).id, async (page) => {
      text += format.format(page)
    })
    const copy = await newWorkspace()
    const path = await writeRows(`export.${kind}`, text)
    expect(await importInto(copy, path)).toMatchObject({ rowCount: 5, rejectedCount: 0 })
    expect(await profilesOf(copy)).toEqual(await profilesOf(slug))
    // And once more where they came from: the profile ids are the right ones, and nothing changes.
    const before = await profilesOf(slug)
    expect(await importInto(slug, path)).toMatchObject({ rowCount: 5, rejectedCount: 0 })
    expect(await profilesOf(slug)).toEqual(before)
  },
)

test('an export has every customer once, users before leads, over any number of pages', async () => {
  const slug = await newWorkspace()
  const rows = Array.from({ length: 5000 }, (_, index) =>
    JSON.stringify(index % 500 === 3 ? { email: `lead-${index}@example.com` } : { id: `${index}` }),
  )
  await importInto(slug, await writeRows('many.ndjson', rows.join('\n')))
  const seen: string[] = []
  await readAllProfiles(db.database, db.workspace(slug).id, async (page) => {
    seen.push(...page.map(({ customerId, email }) => customerId ?? email ?? ''))
  })
  expect(new Set(seen).size).toBe(5000)
  expect(seen.slice(-10).every((name) => name.startsWith('lead-'))).toBe(true)
})
