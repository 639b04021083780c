import type { Connection } from '../platform/postgres/database.ts'

/** SQL that makes a value of a type, another one each time where the type has that many. */
const values: Readonly<Record<string, string>> = {
  integer: '(random() * 2000000000)::integer',
  bigint: 'random_number()',
  smallint: '1',
  boolean: 'false',
  text: 'gen_random_uuid()::text',
  uuid: 'gen_random_uuid()',
  bytea: `decode(replace(gen_random_uuid()::text, '-', ''), 'hex')`,
  // More digits than a JavaScript number holds.
  jsonb: `'{"n": 12345678901234567890}'`,
  date: 'current_date',
  xid8: 'pg_current_xact_id()',
  'timestamp with time zone': 'now()',
  ARRAY: `'{}'`,
}

/** Tables of the product, each once however it is partitioned. */
export const everyTable = `
select oid, relname as name from pg_class
where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`

/**
 * Inserts a row of which nobody says more than must be, so that what holds for every table can be tried on those of which
 * the test knows nothing.
 *
 * @param given SQL by column; each other column that needs a value gets one of its type that its checks allow
 * @param from a `from` clause: a row for each of its rows, which `given` may speak of
 */
export async function insertMadeUpRows(
  connection: Connection,
  table: string,
  given: Readonly<Record<string, string>>,
  from = '',
): Promise<void> {
  const columns = Object.entries({ ...(await neededColumns(connection, table)), ...given })
  const names = columns.map(([name]) => name).join(', ')
  const made = columns.map(([, value]) => value).join(', ')
  await connection.query(`insert into ${table} (${names}) select ${made} ${from}`)
}

async function neededColumns(
  connection: Connection,
  table: string,
): Promise<Readonly<Record<string, string>>> {
  const { rows } = await connection.query<{ name: string; type: string; allowed: string | null }>(
    `select column_name as name, data_type as type, (
       select substring(pg_get_constraintdef(c.oid) from $2) from pg_constraint c
       where c.contype = 'c' and c.conrelid = table_name::regclass and c.conkey = array[ordinal_position::smallint]
     ) as allowed
     from information_schema.columns
     where table_schema = 'public' and table_name = $1 and is_nullable = 'NO' and column_default is null
       and is_identity = 'NO'`,
    [table, "'[^']*'"],
  )
  return Object.fromEntries(
    rows.map(({ name, type, allowed }) => {
      // Of a column that allows certain words only, the first of them.
      const value = allowed ?? values[type]
      if (value === undefined) throw new Error(`no value of type ${type} for ${table}`)
      return [name, value]
    }),
  )
}
