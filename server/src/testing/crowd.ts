import { createHash, randomUUID } from 'node:crypto'
import type { Connection } from '../platform/postgres/database.ts'
import { everyTable, insertMadeUpRows } from './made-up-rows.ts'

/**
 * Columns of ids that name no profile. Any other column of type uuid may name one, whatever it is called: so a table that
 * comes later is part of every test of the crowd.
 */
const idsOfOthers = ['id', 'device_id', 'binding_id', 'verified_binding_id', 'token_id', 'pass_after']

/** What names a person `p` in another way. */
const namedOtherwise: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  profiles: { id: 'p.id' },
  property_records: { owner_kind: `'customer'`, owner_id: 'p.id::text' },
  identifiers: { kind: `'email'`, value: 'p.address' },
  mails: { recipient: 'p.address' },
}

/** The e-mail address of a person of a crowd; the id does not stand in it. */
export function addressOf(profileId: string): string {
  return `${createHash('sha256').update(profileId).digest('hex')}@example.com`
}

/** People of whom every table that can name a person holds a row; in tables with two such columns, in both. */
export async function gatherCrowd(
  connection: Connection,
  workspaceId: number,
  size: number,
): Promise<{ readonly people: readonly string[]; readonly tables: readonly string[] }> {
  const { rows } = await connection.query<{ name: string; columns: string[] }>(
    `select t.name, array_agg(a.attname::text) filter (
       where a.atttypid = 'uuid'::regtype and a.attname <> all ($1) and not a.attisdropped
     ) as columns
     from (${everyTable}) t join pg_attribute a on a.attrelid = t.oid group by 1 order by 1`,
    [idsOfOthers],
  )
  const people = Array.from({ length: size }, () => randomUUID())
  const addresses = people.map(addressOf)
  const from = `from unnest('{${people.join()}}'::uuid[], '{${addresses.join()}}'::text[]) as p (id, address)`
  const tables: string[] = []
  for (const { name, columns } of rows) {
    const naming = { ...everyColumn(columns ?? [], 'p.id'), ...namedOtherwise[name] }
    if (Object.keys(naming).length === 0) continue
    await insertMadeUpRows(connection, name, { workspace_id: String(workspaceId), ...naming }, from)
    tables.push(name)
  }
  return { people, tables }
}

function everyColumn(columns: readonly string[], value: string): Readonly<Record<string, string>> {
  return Object.fromEntries(columns.map((column) => [column, value]))
}
