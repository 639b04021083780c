import type { AttributeSchema } from '../../profiles/attribute-schema.ts'
import type { JsonObject } from '../../profiles/json-object.ts'
import type { SourceRow, SourceRows } from '../source/source-row.ts'
import { type CellReader, cellReader } from './convert-cell.ts'
import type { FieldsByName } from './name-fields.ts'

interface Column {
  readonly field: string
  readonly read: CellReader
}

const asText: CellReader = (text) => text

/**
 * Gives rows of cells the names of fields and the types of attributes. An empty cell says nothing; with
 * `clearEmpty` it says that the attribute or the business unit is to have no value.
 *
 * @param fields of each column, in the order of the columns
 */
export async function* cellsToRecords(
  rows: SourceRows<readonly string[]>,
  fields: FieldsByName,
  attributes: AttributeSchema,
  { clearEmpty }: { readonly clearEmpty: boolean },
): AsyncGenerator<readonly SourceRow<JsonObject>[]> {
  const columns = [...fields.values()].map((field) => field && columnOf(field, attributes))

  function recordOf(row: SourceRow<readonly string[]>): SourceRow<JsonObject> {
    if (row.fault) return row
    const { line, end, content } = row
    if (content.length !== columns.length) {
      return {
        line,
        end,
        fault: { code: 'cell-count', expected: columns.length, found: content.length },
      }
    }
    const record: Record<string, unknown> = {}
    for (let index = 0; index < columns.length; index++) {
      const column = columns[index]
      const text = content[index]
      if (!column || text === undefined) continue
      if (text !== '') record[column.field] = column.read(text)
      else if (clearEmpty) record[column.field] = null
    }
    return { line, end, content: record }
  }

  for await (const some of rows) yield some.map(recordOf)
}

function columnOf(field: string, attributes: AttributeSchema): Column {
  const rule = attributes.get(field)
  return { field, read: rule ? cellReader(rule) : asText }
}

/** Gives the names of objects the names of fields; a name that nothing was said of stays as it is. */
export async function* objectsToRecords(
  rows: SourceRows<JsonObject>,
  fields: FieldsByName,
): AsyncGenerator<readonly SourceRow<JsonObject>[]> {
  const isRenaming = [...fields].some(([name, field]) => name !== field)

  function recordOf(row: SourceRow<JsonObject>): SourceRow<JsonObject> {
    if (row.fault) return row
    const entries = Object.entries(row.content).flatMap(([name, value]) => {
      const field = fields.has(name) ? fields.get(name) : name
      return field === undefined ? [] : [[field, value] as const]
    })
    return { ...row, content: Object.fromEntries(entries) }
  }

  for await (const some of rows) yield isRenaming ? some.map(recordOf) : some
}
