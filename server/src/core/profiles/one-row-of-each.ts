import type { Connection } from '../../platform/postgres/database.ts'
import type { ProfileMove, ProfilePart } from './profile-part.ts'
import { type KeptRow, restoreRows } from './restore-rows.ts'

interface OneOfEach {
  /** The columns that name a row of one profile. */
  readonly key: readonly string[]
  /** Of each value of these a profile has one row at most. */
  readonly of: readonly string[]
  /** The column that names the profile. */
  readonly column?: string
  readonly columnType?: 'uuid' | 'text'
  /** Which rows of the table `t` are profiles' at all. */
  readonly where?: string
  /** Columns that say nothing by themselves: what follows from others, or when it was written. */
  readonly silent?: readonly string[]
}

interface Moved {
  /** Each by its key, and one without an id with all of it as it was, as text. */
  readonly moved: readonly object[]
  readonly dropped: readonly KeptRow[]
}

/**
 * The part for a table in which a profile has one row at most of each kind. A merge unites them; where both profiles
 * have one, the survivor's stays, and the other is in the journal until the merge is undone. Rows that have an id go back
 * as they are by then. One without is what it says: where the survivor said something else since, that is the survivor's
 * own, and the other one is back as it was.
 */
export function oneRowOfEach(
  table: string,
  { key, of, column = 'profile_id', columnType = 'uuid', where = 'true', silent = [] }: OneOfEach,
): ProfilePart {
  const name = column === 'profile_id' ? table : `${table}.${column}`
  // As text: a number of 19 digits would lose its last ones as a JSON number.
  const keyObject = `jsonb_build_object(${key.map((part) => `'${part}', t.${part}::text`).join(', ')})`
  const hasId = !of.every((part) => key.includes(part))
  const same = (one: string, other: string, columns: readonly string[]) =>
    columns.map((part) => `${one}.${part} is not distinct from ${other}.${part}`).join(' and ')
  const sameKey = (other: string) => key.map((part) => `t.${part} = ${other}.${part}`).join(' and ')
  const passed = [column, ...silent].map((one) => `'${one}'`).join(', ')
  const ofProfile = (alias: string) => where.replaceAll('t.', `${alias}.`)

  const moveStatement = `
with move as (select * from unnest($2::${columnType}[], $3::${columnType}[]) as m (from_id, into_id)),
held as materialized (
  select move.from_id, move.into_id, ${key.map((part) => `t.${part}`).join(', ')}, to_jsonb(t)::text as was,
    exists (
      select from ${table} o
      where o.workspace_id = $1 and o.${column} = move.into_id and ${ofProfile('o')} and ${same('o', 't', of)}
    ) or row_number() over (
      partition by move.into_id, ${of.map((part) => `t.${part}`).join(', ')} order by move.from_id
    ) > 1 as is_second
  from move join ${table} t on t.workspace_id = $1 and t.${column} = move.from_id and ${where}
),
moved as (
  update ${table} t set ${column} = held.into_id from held
  where not held.is_second and t.workspace_id = $1 and t.${column} = held.from_id and ${sameKey('held')}
  returning held.from_id, ${hasId ? keyObject : `${keyObject} || jsonb_build_object('was', held.was)`} as key
),
dropped as (
  delete from ${table} t using held
  where held.is_second and t.workspace_id = $1 and t.${column} = held.from_id and ${sameKey('held')}
  returning held.from_id, to_jsonb(t)::text as row
)
select move.from_id::text as from_id,
  coalesce((select jsonb_agg(key) from moved where moved.from_id = move.from_id), '[]') as moved,
  coalesce((select jsonb_agg(row) from dropped where dropped.from_id = move.from_id), '[]') as dropped
from move`

  /** A column that is younger than the journal says nothing of a change. */
  const moveBackStatement = `
with moved as materialized (
  select k.*, row ->> 'was' as was
  from jsonb_array_elements($4) row cross join jsonb_populate_record(null::${table}, row) k
),
back as (
  update ${table} t set ${column} = $2 from moved
  where t.workspace_id = $1 and t.${column} = $3 and ${sameKey('moved')} and not exists (
    select from jsonb_each(moved.was::jsonb) one
    where one.key not in (${passed}) and to_jsonb(t) -> one.key is distinct from one.value
  )
  returning ${key.map((part) => `t.${part}`).join(', ')}
)
select was from moved where was is not null and not exists (
  select from back where ${key.map((part) => `back.${part} = moved.${part}`).join(' and ')}
)`

  return {
    name,
    async move(connection: Connection, workspaceId: number, moves: readonly ProfileMove[]) {
      const { rows } = await connection.query<Moved & { from_id: string }>({
        name: `move-${name}`,
        text: moveStatement,
        values: [workspaceId, moves.map(({ from }) => from), moves.map(({ into }) => into)],
      })
      return new Map(
        rows.flatMap(({ from_id, moved, dropped }) =>
          moved.length + dropped.length > 0 ? [[from_id, { moved, dropped }] as const] : [],
        ),
      )
    },
    async moveBack(connection, workspaceId, { from, into }, journal) {
      const { moved, dropped } = journal as Moved
      const { rows } = await connection.query<{ was: string }>({
        name: `move-back-${name}`,
        text: moveBackStatement,
        values: [workspaceId, from, into, JSON.stringify(moved)],
      })
      await restoreRows(connection, table, [...rows.map(({ was }) => was), ...dropped])
    },
    async erase(connection, workspaceId, profileIds) {
      await connection.query({
        name: `erase-${name}`,
        text: `delete from ${table} t
               where t.workspace_id = $1 and t.${column} = any ($2::${columnType}[]) and ${where}`,
        values: [workspaceId, profileIds],
      })
    },
  }
}
