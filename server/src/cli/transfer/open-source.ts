import { createReadStream } from 'node:fs'
import { addAbortSignal } from 'node:stream'
import type { AttributeSchema } from '../../core/profiles/attribute-schema.ts'
import type { JsonObject } from '../../core/profiles/json-object.ts'
import { type FieldsByName, type NameChoices, nameFields } from '../../core/transfer/import/name-fields.ts'
import { rowFaultReason } from '../../core/transfer/import/reject.ts'
import { cellsToRecords, objectsToRecords } from '../../core/transfer/import/to-records.ts'
import { readCsv } from '../../core/transfer/source/read-csv.ts'
import { readNdjson } from '../../core/transfer/source/read-ndjson.ts'
import {
  type Place,
  type SourceRow,
  type SourceRows,
  startOfSource,
  takeFirstRow,
} from '../../core/transfer/source/source-row.ts'
import { type FileFormat, standardStream } from './file-format.ts'

const chunkBytes = 256 * 1024

export interface SourceOptions extends NameChoices {
  readonly format: FileFormat
  readonly delimiter: string
  readonly clearEmpty: boolean
}

export interface Source {
  readonly fields: FieldsByName
  /** The customers, by the names of fields: from a place that an earlier run came to, or from the first one. */
  rows(from: Place | undefined): Promise<SourceRows<JsonObject>>
}

/** Opens a file, or standard input, of customers. Throws where its names make no sense, before any row is read. */
export async function openSource(
  path: string,
  options: SourceOptions,
  attributes: AttributeSchema,
  signal: AbortSignal,
): Promise<Source> {
  function chunksFrom(place: Place): AsyncIterable<Buffer> {
    if (path === standardStream) return addAbortSignal(signal, process.stdin)
    return createReadStream(path, { start: place.bytes, highWaterMark: chunkBytes, signal })
  }

  return options.format === 'csv'
    ? await openCsv((place) => readCsv(chunksFrom(place), options.delimiter, place), options, attributes)
    : await openNdjson((place) => readNdjson(chunksFrom(place), place), options, attributes)
}

async function openCsv(
  rowsFrom: (place: Place) => SourceRows<readonly string[]>,
  options: SourceOptions,
  attributes: AttributeSchema,
): Promise<Source> {
  const { first: header, rest, close } = await takeFirstRow(rowsFrom(startOfSource))
  const names = contentOf(header, 'header').map((name) => name.trim())
  const fields = fieldsOf(names, options, attributes, delimiterHint(names))
  return {
    fields,
    async rows(from) {
      if (from) await close()
      return cellsToRecords(from ? rowsFrom(from) : rest, fields, attributes, options)
    },
  }
}

async function openNdjson(
  rowsFrom: (place: Place) => SourceRows<JsonObject>,
  options: SourceOptions,
  attributes: AttributeSchema,
): Promise<Source> {
  const { first, rest, close } = await takeFirstRow(rowsFrom(startOfSource))
  const fields = fieldsOf(Object.keys(contentOf(first, 'first line')), options, attributes, '')
  return {
    fields,
    async rows(from) {
      if (from) await close()
      return objectsToRecords(from ? rowsFrom(from) : withFirst(first, rest), fields)
    },
  }
}

async function* withFirst<T>(
  first: T | undefined,
  rest: AsyncIterable<readonly T[]>,
): AsyncGenerator<readonly T[]> {
  if (first !== undefined) yield [first]
  yield* rest
}

function contentOf<Content>(row: SourceRow<Content> | undefined, what: string): Content {
  if (!row) throw new Error('there is nothing in it')
  if (row.fault) throw new Error(`the ${what} cannot be read: ${rowFaultReason(row.fault)}`)
  return row.content
}

function fieldsOf(
  names: readonly string[],
  choices: NameChoices,
  attributes: AttributeSchema,
  hint: string,
): FieldsByName {
  const named = nameFields(names, choices, attributes)
  if ('fields' in named) return named.fields
  const faults = named.faults.map((fault) => `\n  ${fault}`).join('')
  throw new Error(`nothing was imported, the names do not fit:${faults}${hint}`)
}

/** A header of one name that holds another common delimiter was most likely written with that. */
function delimiterHint(names: readonly string[]): string {
  const [only = ''] = names
  const other = names.length === 1 && [';', '\t', '|'].find((delimiter) => only.includes(delimiter))
  return other ? `\nIs it --delimiter '${other === '\t' ? 'tab' : other}'?` : ''
}
