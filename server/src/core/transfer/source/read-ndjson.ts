import { isJsonObject, type JsonObject } from '../../profiles/json-object.ts'
import { type Line, maxLineBytes, readLines } from './read-lines.ts'
import type { Place, RowFault, SourceRow } from './source-row.ts'

/** Reads NDJSON: a JSON object a line. */
export async function* readNdjson(
  chunks: AsyncIterable<Buffer>,
  from: Place,
): AsyncGenerator<readonly SourceRow<JsonObject>[]> {
  for await (const lines of readLines(chunks, from)) {
    yield lines.filter((line) => line.fault || line.text.trim() !== '').map(rowOf)
  }
}

function rowOf(line: Line): SourceRow<JsonObject> {
  const placed = { line: line.number, end: { bytes: line.endBytes, lines: line.number } }
  if (line.fault === 'line-too-long') {
    return { ...placed, fault: { code: line.fault, limitBytes: maxLineBytes } }
  }
  if (line.fault) return { ...placed, fault: { code: line.fault } }
  const read = parseObject(line.text)
  return 'fault' in read ? { ...placed, fault: read.fault } : { ...placed, content: read.object }
}

function parseObject(text: string): { object: JsonObject } | { fault: RowFault } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { fault: { code: 'not-json' } }
  }
  return isJsonObject(value) ? { object: value } : { fault: { code: 'not-an-object' } }
}
