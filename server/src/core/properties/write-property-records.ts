import type { Connection } from '../../platform/postgres/database.ts'
import { storableJson } from '../events/storable-json.ts'
import type { GivenProperty, PropertyOwner } from './property-record.ts'

/**
 * Which of these have a unique definition and a value that another owner has (L55). An owner that is still to be made
 * has no id.
 *
 * @returns the ids of their properties
 */
export async function findTakenValues(
  connection: Connection,
  workspaceId: number,
  { kind, id }: { readonly kind: PropertyOwner['kind']; readonly id: string | undefined },
  given: readonly GivenProperty[],
): Promise<readonly string[]> {
  const unique = given.filter(({ definition, value }) => definition.unique && value !== null)
  if (unique.length === 0) return []
  const { rows } = await connection.query<{ property_id: string }>({
    name: 'find-taken-property-values',
    text: `select r.property_id
           from jsonb_to_recordset($4) as given (id text, value jsonb)
           join property_records r on r.workspace_id = $1 and r.owner_kind = $2 and r.property_id = given.id
             and r.unique_key = ${keyOf('given.value')}
           where r.owner_id is distinct from $3`,
    values: [workspaceId, kind, id ?? null, toJson(unique)],
  })
  return rows.map((row) => row.property_id)
}

/**
 * Stores records of an owner: one that is there is replaced (L56), of one that is named twice the last one counts. New
 * ones are made in the order in which they are given, whatever the order in which they are locked.
 * Unique ones whose value another owner has are left out. Fails with a unique violation where another request took
 * such a value meanwhile: the transaction is to be tried again.
 *
 * @returns the properties that were left out
 */
export async function putPropertyRecords(
  connection: Connection,
  workspaceId: number,
  owner: PropertyOwner,
  given: readonly GivenProperty[],
): Promise<readonly string[]> {
  const last = [...new Map(given.map((record) => [record.definition.id, record])).values()]
  const taken = await findTakenValues(connection, workspaceId, owner, last)
  const free = last.filter(({ definition }) => !taken.includes(definition.id))
  if (free.length === 0) return taken
  const event = owner.kind === 'event' ? owner : undefined
  await connection.query({
    name: 'put-property-records',
    text: `insert into property_records (
             workspace_id, owner_kind, owner_id, profile_id, received_at, property_id, value, unique_key, created_at
           )
           select $1, $2, $3, $4, $6, id, coalesce(value, 'null'),
             case when "isUnique" and value is not null then ${keyOf('value')} end,
             statement_timestamp() + position * interval '1 microsecond'
           from rows from (jsonb_to_recordset($5) as (id text, value jsonb, "isUnique" boolean))
             with ordinality as given (id, value, "isUnique", position)
           order by id
           on conflict (workspace_id, owner_kind, owner_id, property_id) do update
             set value = excluded.value, unique_key = excluded.unique_key, changed_at = clock_timestamp()`,
    values: [
      workspaceId,
      owner.kind,
      owner.id,
      event?.endsWith ?? null,
      toJson(free),
      event?.receivedAt ?? null,
    ],
  })
  return taken
}

/** @returns whether there was one */
export async function removePropertyRecord(
  connection: Connection,
  workspaceId: number,
  { kind, id }: Pick<PropertyOwner, 'kind' | 'id'>,
  propertyId: string,
): Promise<boolean> {
  const { rowCount } = await connection.query({
    name: 'remove-property-record',
    text: `delete from property_records
           where workspace_id = $1 and owner_kind = $2 and owner_id = $3 and property_id = $4`,
    values: [workspaceId, kind, id, propertyId],
  })
  return rowCount === 1
}

/** jsonb has one text for one value; its hash fits into an index however long it is. */
export const keyOf = (value: string) => `sha256(convert_to(${value}::text, 'UTF8'))`

function toJson(given: readonly GivenProperty[]): string {
  return storableJson(
    given.map(({ definition, value }) => ({ id: definition.id, value, isUnique: definition.unique })),
  )
}
