import { firstRecordNumber } from '../../core/statuses/read-status.ts'
import type { Workspace } from '../../core/workspaces/workspace.ts'
import type { Connection } from '../../platform/postgres/database.ts'
import { everyTable } from '../../testing/made-up-rows.ts'

/** Rows as text, by table. */
export type Dump = ReadonlyMap<string, readonly string[]>

/** What may differ once a merge was undone, by table, and why: columns that are left out, or `all` of it. */
const lostByMerge: Readonly<
  Record<string, { readonly why: string; readonly columns: readonly string[] | 'all' }>
> = {
  profile_merges: { why: 'the journal', columns: 'all' },
  profile_changes: { why: 'the report itself', columns: 'all' },
  operator_merges: { why: 'the count of merges', columns: 'all' },
  operation_blocks: { why: 'the log of writes', columns: 'all' },
  token_creations: { why: 'trust is not inherited (S16, L27)', columns: 'all' },
  access_tokens: { why: 'trust is not inherited (S16)', columns: ['verified_binding_id'] },
  profiles: { why: 'it was written', columns: ['updated_at'] },
  points_wallets: {
    why: 'how often it was written, and a time not later than the next expiry',
    columns: ['revision', 'due_at'],
  },
}

/** Every row of a workspace, in whatever table. */
export async function dumpRows(connection: Connection, workspaceId: number): Promise<Dump> {
  statement ??= await statementOf(connection)
  const { rows } = await connection.query<{ name: string; row: string }>({
    name: 'dump-rows',
    text: statement,
    values: [workspaceId],
  })
  return new Map(
    [...Map.groupBy(rows, ({ name }) => name)].map(([name, some]) => [name, some.map(({ row }) => row)]),
  )
}

let statement: string | undefined

async function statementOf(connection: Connection): Promise<string> {
  const { rows } = await connection.query<{ name: string }>(
    `select t.name from (${everyTable}) t
     join pg_attribute a on a.attrelid = t.oid and a.attname = 'workspace_id' and not a.attisdropped order by 1`,
  )
  return rows
    .map(
      ({ name }) =>
        `select '${name}' as name, to_jsonb(t)::text as row from ${name} t where t.workspace_id = $1`,
    )
    .join(' union all ')
}

/** A dump without what a merge that is undone may change, and without rows that say what no row would say as well. */
export function comparable(dump: Dump, workspace: Workspace): Readonly<Record<string, readonly object[]>> {
  const tables: Record<string, readonly object[]> = {}
  for (const [name, rows] of dump) {
    const lost = lostByMerge[name]?.columns ?? []
    if (lost === 'all') continue
    const parsed = rows.map(parse)
    const left = parsed
      .filter((row) => !saysNothing(name, row, parsed, workspace))
      .map((row) => JSON.stringify(Object.entries(row).filter(([column]) => !lost.includes(column))))
      .sort()
    if (left.length > 0) tables[name] = left.map((row) => Object.fromEntries(JSON.parse(row)))
  }
  return tables
}

type Row = Readonly<Record<string, unknown>>

function saysNothing(table: string, row: Row, all: readonly Row[], workspace: Workspace): boolean {
  if (table === 'points_wallets') return row.balance === 0 && row.owed === 0
  if (table === 'recipient_statuses') return !row.blacklisted && String(row.opted_out_channels) === ''
  if (table !== 'status_records') return false
  // The one that every profile begins with.
  const isFirst = row.number === firstRecordNumber(workspace, String(row.profile_id))
  return isFirst && all.filter(({ profile_id }) => profile_id === row.profile_id).length === 1
}

/** Numbers of more digits than JavaScript's become texts. */
function parse(row: string): Row {
  const parsed: Row = JSON.parse(row.replaceAll(/(?<=[:[,]\s?)(-?\d{16,})(?=[,}\]])/g, '"$1"'))
  const { opted_out_channels: channels } = parsed
  return Array.isArray(channels) ? { ...parsed, opted_out_channels: channels.toSorted() } : parsed
}
