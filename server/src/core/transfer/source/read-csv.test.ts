import { parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCsv } from './read-csv.ts'
import { type Place, startOfSource } from './source-row.ts'

async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}

async function read(text: string | Buffer, { size = 7, delimiter = ',', from = startOfSource } = {}) {
  const bytes = Buffer.from(text as string)
  const rows = []
  for await (const some of readCsv(chunksOf(bytes.subarray(from.bytes), size), delimiter, from)) {
    rows.push(...some)
  }
  return rows
}

async function cellsOf(text: string | Buffer, options = {}) {
  return (await read(text, options)).map((row) => row.content ?? row.fault.code)
}

const cell = fc.string({ unit: fc.constantFrom('a', 'č', '😀', ' ', ',', ';', '"', '\n', '\r', '|') })
const table = fc.integer({ min: 1, max: 4 }).chain((width) =>
  fc.array(
    // A row of empty cells only is a blank line.
    fc
      .array(cell, { minLength: width, maxLength: width })
      .filter((cells) => cells.some((text) => text !== '')),
    { minLength: 1 },
  ),
)

test('any table comes back as it was written, however the bytes arrive', async () => {
  await fc.assert(
    fc.asyncProperty(
      table,
      fc.integer({ min: 1, max: 30 }),
      fc.constantFrom(',', ';'),
      async (rows, size, delimiter) => {
        const text = stringify(rows, { delimiter, quoted_match: /\r/ })
        expect(await cellsOf(text, { size, delimiter })).toEqual(rows)
      },
    ),
  )
})

test('well-formed CSV is read as csv-parse reads it', async () => {
  await fc.assert(
    fc.asyncProperty(table, fc.boolean(), async (rows, quoted) => {
      const text = stringify(rows, { quoted, quoted_match: /[\r\n]/, record_delimiter: 'windows' })
      expect(await cellsOf(text)).toEqual(parse(text, { record_delimiter: '\r\n', relax_quotes: true }))
    }),
  )
})

test('reading goes on behind any row and gives the rest, with the same lines and places', async () => {
  await fc.assert(
    fc.asyncProperty(table, fc.nat(), async (written, cut) => {
      const text = stringify(written, { quoted_match: /\r/ })
      const rows = await read(text)
      const index = cut % rows.length
      const from = rows[index]?.end as Place
      expect(await read(text, { from })).toEqual(rows.slice(index + 1))
    }),
  )
})

test('a byte order mark, CRLF, blank lines and a missing last line break are no part of the rows', async () => {
  expect(await read('\uFEFFid,name\r\n\r\n1,Ada\r\n,\r\n2,Bob')).toEqual([
    { line: 1, end: { bytes: 12, lines: 1 }, content: ['id', 'name'] },
    { line: 3, end: { bytes: 21, lines: 3 }, content: ['1', 'Ada'] },
    { line: 5, end: { bytes: 29, lines: 5 }, content: ['2', 'Bob'] },
  ])
})

test('a quote within a value that is not quoted is a character', async () => {
  expect(await cellsOf('1,12" pizza\n2,x')).toEqual([
    ['1', '12" pizza'],
    ['2', 'x'],
  ])
})

test('a broken row costs that row alone', async () => {
  expect(await cellsOf('1,a\n2,"b"c\n3,d\n4,"e\n5,f\n')).toEqual([
    ['1', 'a'],
    'text-after-quote',
    ['3', 'd'],
    'quote-not-closed',
    ['5', 'f'],
  ])
})

test('bytes that are not UTF-8 cost the row they stand in, and a multi-byte character may span chunks', async () => {
  const bytes = Buffer.concat([Buffer.from('1,č\n2,'), Buffer.from([0xe8]), Buffer.from('\n3,😀\n')])
  for (const size of [1, 2, 3, 100]) {
    expect(await cellsOf(bytes, { size })).toEqual([['1', 'č'], 'not-utf8', ['3', '😀']])
  }
})

test('no line of a value passes for a row, however many lines it has', async () => {
  const lines = Array.from({ length: 16_000 }, (_, line) => (line % 2 ? `${line},"quoted"` : ''))
  const rows = [
    ['1', `${lines.join('\n')}\nvictim,x`],
    ['2', 'b'],
  ]
  expect(await cellsOf(stringify(rows), { size: 64 * 1024 })).toEqual(rows)
})

test('a line without end is refused and not held in memory', async () => {
  const rows = await cellsOf(`1,a\n2,${'x'.repeat(5 * 1024 * 1024)}\n3,b\n`, { size: 64 * 1024 })
  expect(rows).toEqual([['1', 'a'], 'line-too-long', ['3', 'b']])
})
