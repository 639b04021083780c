import type { Connection } from '../../platform/postgres/database.ts'

/**
 * Puts rows back into their table that a journal kept whole, with every column that the table still has. One that is
 * younger than the journal gets its default, as in every row that was there when it was added: named with the others it
 * would be null. What somebody else took meanwhile stays theirs.
 *
 * @param kept rows of one time, as `to_jsonb` wrote them; as text, since their numbers lose digits once they are parsed
 * @returns how many there are again
 */
export async function restoreRows(
  connection: Connection,
  table: string,
  kept: readonly KeptRow[],
): Promise<number> {
  if (kept.length === 0) return 0
  const rows = `[${kept.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join(',')}]`
  const found = await connection.query<Column>({
    name: 'columns-to-restore',
    text: `select quote_ident(attname) as name, attnotnull and atttypid = 'jsonb'::regtype as is_json
           from pg_attribute
           where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''
             and $2::jsonb -> 0 ? attname::text
           order by attnum`,
    values: [table, rows],
  })
  const columns = found.rows
  if (columns.length === 0) return 0
  const { rowCount } = await connection.query({
    text: `insert into ${table} (${columns.map(({ name }) => name).join(', ')})
           select ${columns.map(valueIn).join(', ')}
           from jsonb_populate_recordset(null::${table}, $1) r
           on conflict do nothing`,
    values: [rows],
  })
  return rowCount ?? 0
}

/** Older journals hold the rows themselves. */
export type KeptRow = string | object

interface Column {
  readonly name: string
  readonly is_json: boolean
}

/** A null of JSON that is a whole value, such as a property's, reads like no value at all. */
function valueIn({ name, is_json }: Column): string {
  return is_json ? `coalesce(r.${name}, 'null')` : `r.${name}`
}
