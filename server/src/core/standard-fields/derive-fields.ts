import pg from 'pg'
import type { Connection, Database } from '../../platform/postgres/database.ts'
import { derivedColumns, derivedValues } from './derived-columns.ts'
import { bindsAnything, type FieldBindings } from './field-bindings.ts'
import { bindableFields } from './standard-fields.ts'

const batchSize = 2000
const mostAttempts = 10

/**
 * Makes the columns and the attributes of a workspace one value where its bindings are others than those that they
 * were last made one by (S22), a batch a transaction. An attribute that is there wins; where it is not, it gets what
 * the column has. Does nothing where nothing changed; one that was cut short begins anew the next time.
 *
 * For the moment after a workspace file was applied, and for the start.
 */
export async function deriveFields(
  database: Database,
  workspace: { readonly id: number; readonly fieldBindings: FieldBindings },
): Promise<void> {
  const bindings = JSON.stringify(workspace.fieldBindings)
  const isDerived = await database.inWorkspace(workspace.id, async (connection) => {
    const { rows } = await connection.query<{ same: boolean }>(
      `select coalesce(derived_fields, '{}') = $2::jsonb as same from workspaces where id = $1`,
      [workspace.id, bindings],
    )
    return rows[0]?.same ?? true
  })
  if (isDerived) return
  if (bindsAnything(workspace.fieldBindings)) await deriveAll(database, workspace.id, bindings)
  await database.inWorkspace(workspace.id, (connection) =>
    connection.query('update workspaces set derived_fields = $2 where id = $1', [workspace.id, bindings]),
  )
}

async function deriveAll(database: Database, workspaceId: number, bindings: string): Promise<void> {
  let after: string | undefined = '00000000-0000-0000-0000-000000000000'
  while (after !== undefined) {
    const from: string = after
    after = await outlivingDeadlocks(() =>
      database.transaction(workspaceId, (connection) => deriveBatch(connection, workspaceId, bindings, from)),
    )
  }
}

/** The appliers lock the same profiles in an order of their own, and PostgreSQL ends one of the two. */
async function outlivingDeadlocks<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction()
    } catch (error) {
      const isDeadlock = error instanceof pg.DatabaseError && error.code === '40P01'
      if (!isDeadlock || attempt >= mostAttempts) throw error
    }
  }
}

/** @returns the last profile of the batch; undefined where there was none */
async function deriveBatch(
  connection: Connection,
  workspaceId: number,
  bindings: string,
  after: string,
): Promise<string | undefined> {
  const { rows } = await connection.query<{ last: string | null }>({
    name: 'derive-fields',
    text: statementFor(`id > $3 order by id limit ${batchSize}`, newPhones),
    values: [workspaceId, bindings, after],
  })
  return rows[0]?.last ?? undefined
}

/**
 * Does the same with one profile, in the caller's transaction: one that comes back may be of a time with other bindings.
 * Its identifiers stay as they are.
 */
export async function deriveProfile(
  connection: Connection,
  { id, fieldBindings }: { readonly id: number; readonly fieldBindings: FieldBindings },
  profileId: string,
): Promise<void> {
  if (!bindsAnything(fieldBindings)) return
  await connection.query({
    name: 'derive-fields-of-profile',
    text: statementFor('id = $3'),
    values: [id, JSON.stringify(fieldBindings), profileId],
  })
}

/** What the columns give attributes that a profile does not have. */
const gaps = `jsonb_strip_nulls(jsonb_build_object(${bindableFields
  .filter((field) => field !== 'address')
  .map(
    (field) =>
      `coalesce($2::jsonb ->> '${field}', ''), case when $2::jsonb ? '${field}' then to_jsonb(locked.${field}) end`,
  )
  .join(', ')}, coalesce($2::jsonb ->> 'address', ''), (
    select jsonb_object_agg(part.value, locked.address -> part.key)
    from jsonb_each_text($2::jsonb -> 'address_parts') part where locked.address ? part.key
  ))) - ''`

const statementFor = (which: string, more = '') => `
with locked as materialized (
  select * from profiles where workspace_id = $1 and ${which} for no key update
),
next as materialized (
  select locked.*, ${gaps} || locked.attributes as next_attributes from locked
),
derived as materialized (
  select id, next_attributes, ${derivedValues('next_attributes', '$2::jsonb', (column) => `next.${column}`)
    .map((value, index) => `${value} as next_${bindableFields[index]}`)
    .join(', ')}
  from next
),
changed as (
  update profiles p
  set (attributes, ${derivedColumns}) = row(d.next_attributes, ${bindableFields.map((field) => `d.next_${field}`).join(', ')}),
    updated_at = now()
  from derived d
  where p.workspace_id = $1 and p.id = d.id
    and row(p.attributes, ${bindableFields.map((field) => `p.${field}`).join(', ')})
      is distinct from row(d.next_attributes, ${bindableFields.map((field) => `d.next_${field}`).join(', ')})
  returning p.id, p.known_at
),
reported as (
  insert into profile_changes (workspace_id, profile_ids, kinds)
  select $1, array_agg(id), array_agg('updated'::text) from changed where known_at is not null having count(*) > 0
)${more}
select max(id::text) as last from locked`

/** A phone attribute is the identifier too if nobody else holds it (S22), and its profile has no other. */
const newPhones = `,
phones as (
  insert into identifiers (workspace_id, kind, value, profile_id)
  select distinct on (next_phone) $1, 'phone', next_phone, id from derived
  where $2::jsonb ? 'phone' and next_phone is not null and not exists (
    select from identifiers own where own.workspace_id = $1 and own.profile_id = derived.id and own.kind = 'phone'
  )
  order by next_phone, id
  on conflict do nothing
)`
