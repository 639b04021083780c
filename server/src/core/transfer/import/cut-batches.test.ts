import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runs } from '../../../testing/soak.ts'
import { compileAttributeSchema } from '../../profiles/attribute-schema.ts'
import type { JsonObject } from '../../profiles/json-object.ts'
import { readNdjson } from '../source/read-ndjson.ts'
import { type Place, type SourceRows, startOfSource } from '../source/source-row.ts'
import { type Batch, cutBatches } from './cut-batches.ts'
import { createRowReader } from './read-row.ts'

const attributes = compileAttributeSchema([{ id: 1, name: 'note', type: 'string' }])
const reader = createRowReader({ attributes, businessUnits: undefined }, new Map())
const text = Array.from({ length: 2500 }, (_, index) => {
  // Every now and then a row of 16 KiB, so that some batches end by their size.
  const note = 'n'.repeat(index > 500 && index < 900 ? 16_000 : 3)
  return `${JSON.stringify({ id: String(index), note })}\n`
}).join('')
const bytes = Buffer.from(text)

async function batchesFrom(place: Place, chunkBytes: number): Promise<readonly Batch[]> {
  async function* chunks() {
    for (let at = place.bytes; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
  }
  const rows: SourceRows<JsonObject> = readNdjson(chunks(), place)
  return await Array.fromAsync(cutBatches(rows, reader, place))
}

const places = (batches: readonly Batch[]) =>
  batches.map(({ firstLine, end, rowCount }) => [firstLine, end, rowCount])

test('batches are the same however the bytes arrive, and from the end of any of them on', async () => {
  const whole = await batchesFrom(startOfSource, bytes.length)
  expect(whole.length).toBeGreaterThan(5)
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: whole.length - 1 }),
      fc.integer({ min: 5000, max: 300_000 }),
      async (index, size) => {
        const from = whole[index]?.end ?? startOfSource
        expect(places(await batchesFrom(from, size))).toEqual(places(whole.slice(index + 1)))
      },
    ),
    runs(20),
  )
})

test('no batch has more than a thousand rows or much more than a mebibyte', async () => {
  const batches = await batchesFrom(startOfSource, 100_000)
  let before = 0
  for (const { end, rowCount } of batches) {
    expect(rowCount).toBeLessThanOrEqual(1000)
    expect(end.bytes - before).toBeLessThan(1024 * 1024 + 20_000)
    before = end.bytes
  }
})
