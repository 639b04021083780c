import type { Connection, Database } from '../../platform/postgres/database.ts'
import { retried } from '../identity/retried.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { keyOf } from './write-property-records.ts'

const batchSize = 2000

/**
 * Makes values that were recorded before their definition was unique ones that nobody else may have (L55), a batch a
 * transaction; of several owners with one value the first keeps it to itself, the others keep theirs too. Does nothing
 * where nothing changed; one that was cut short begins anew the next time.
 *
 * For the moment after a workspace file was applied, and for the start.
 */
export async function keyUniqueProperties(
  database: Database,
  { id, settings }: Pick<Workspace, 'id' | 'settings'>,
): Promise<void> {
  const wanted = settings.loyalty.properties
    .filter(({ unique }) => unique)
    .map(({ owner, id: propertyId }) => `${owner}/${propertyId}`)
    .toSorted()
  const keyed = await database.inWorkspace(id, async (connection) => {
    const { rows } = await connection.query<{ keyed: readonly string[] | null }>(
      'select keyed_properties as keyed from workspaces where id = $1',
      [id],
    )
    return rows[0]?.keyed ?? []
  })
  for (const name of wanted.filter((one) => !keyed.includes(one))) await keyAll(database, id, name)
  if (wanted.length === keyed.length && wanted.every((one) => keyed.includes(one))) return
  await database.inWorkspace(id, (connection) =>
    connection.query('update workspaces set keyed_properties = $2 where id = $1', [
      id,
      JSON.stringify(wanted),
    ]),
  )
}

async function keyAll(database: Database, workspaceId: number, name: string): Promise<void> {
  const [kind = '', ...rest] = name.split('/')
  const propertyId = rest.join('/')
  let after: string | undefined = ''
  while (after !== undefined) {
    const from: string = after
    after = await retried(() =>
      database.transaction(workspaceId, (connection) =>
        keyBatch(connection, workspaceId, kind, propertyId, from),
      ),
    )
  }
}

/** @returns the last owner of the batch; undefined where there was none */
async function keyBatch(
  connection: Connection,
  workspaceId: number,
  kind: string,
  propertyId: string,
  after: string,
): Promise<string | undefined> {
  const { rows } = await connection.query<{ last: string | null }>({
    name: 'key-unique-properties',
    text: `with batch as materialized (
             select r.owner_id, r.value, r.unique_key, r.created_at from property_records r
             where r.workspace_id = $1 and r.owner_kind = $2 and r.property_id = $3 and r.owner_id > $4
             order by r.owner_id limit ${batchSize} for update
           ),
           first as (
             select distinct on (batch.value) batch.owner_id, ${keyOf('batch.value')} as unique_key
             from batch
             where batch.unique_key is null and batch.value <> 'null'
             order by batch.value, batch.created_at, batch.owner_id
           ),
           keyed as (
             update property_records r set unique_key = first.unique_key from first
             where r.workspace_id = $1 and r.owner_kind = $2 and r.property_id = $3 and r.owner_id = first.owner_id
               and not exists (
                 select from property_records o
                 where o.workspace_id = $1 and o.owner_kind = $2 and o.property_id = $3
                   and o.unique_key = first.unique_key
               )
           )
           select max(owner_id) as last from batch`,
    values: [workspaceId, kind, propertyId, after],
  })
  return rows[0]?.last ?? undefined
}
