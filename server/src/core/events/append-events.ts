import type { Connection } from '../../platform/postgres/database.ts'
import type { NewEvent } from './event.ts'
import { storableJson } from './storable-json.ts'

/**
 * Appends events, in order, as one statement; they are durable when the connection's transaction is. One whose
 * person is not known is kept under the identifier it came with (C64); one of a profile that was merged away
 * belongs to the survivor (S9).
 *
 * @returns the numbers of the events, in order
 */
export async function appendEvents(
  connection: Connection,
  workspaceId: number,
  events: readonly NewEvent[],
): Promise<readonly string[]> {
  return await appendEventTexts(connection, workspaceId, `[${events.map(storableJson).join(',')}]`)
}

/** The same, for events that are the JSON text of an array already. */
export async function appendEventTexts(
  connection: Connection,
  workspaceId: number,
  events: string,
): Promise<readonly string[]> {
  const { rows } = await connection.query<{ number: string }>({
    name: 'append-events',
    text: statement,
    values: [workspaceId, events],
  })
  return rows.map(({ number }) => number)
}

/**
 * The time that counts (S26): the one it was sent with, where that is believed. `position` is drawn row by row in
 * the order of the input, and rows come back in the order in which they were inserted. Whether the profile is known is
 * looked up row by row: an `exists` is answered by reading all identifiers of the workspace once for each statement.
 */
const statement = `
with sent as materialized (
  select e.*, coalesce(
    (select m.survivor_id from merged_profiles m where m.workspace_id = $1 and m.id = e.profile),
    e.profile,
    (select i.profile_id from identifiers i
     where i.workspace_id = $1 and i.kind = 'customer_id' and i.value = e.customer and i.scope = ''),
    (select case when count(*) = 1 then min(i.profile_id::text)
                 else min(i.profile_id::text) filter (where p.business_unit is null) end::uuid
     from identifiers i join profiles p on p.workspace_id = $1 and p.id = i.profile_id
     where e.profile is null and e.customer is null
       and i.workspace_id = $1 and i.kind = 'email' and i.value = e.email_key
       and (e.unit is null
         or lower(coalesce(p.business_unit, '') collate "und-x-icu") = lower(e.unit collate "und-x-icu")))
  ) as profile_id
  from rows from (json_to_recordset($2::json) as (
    profile uuid, binding uuid, customer text, email_key text, unit text, name text, occurred_at timestamptz,
    received_at timestamptz, source text, data jsonb, arrival jsonb, reference text, secondary_reference text,
    trusted boolean
  )) with ordinality as e (
    profile, binding, customer, email_key, unit, name, occurred_at, received_at, source, data, arrival, reference,
    secondary_reference, trusted, n
  )
  order by n
)
insert into events (
  workspace_id, received_at, profile_id, binding_id, identifier_kind, identifier_value, identifier_scope,
  name, occurred_at, counted_at, source, trusted, by_known, arrival, reference, secondary_reference, data
)
select $1, received_at, profile_id, binding,
  case when profile is not null then null when customer is null then 'email' else 'customer_id' end,
  case when profile is null then coalesce(customer, email_key) end, unit,
  name, occurred_at,
  case when occurred_at > received_at + interval '5 minutes' then received_at
       when source = 'public' and occurred_at < received_at - interval '36 hours' then received_at
       else occurred_at end,
  source, coalesce(trusted, true),
  (
    select true from identifiers i where i.workspace_id = $1 and i.profile_id = sent.profile_id
      and i.kind not in ('anonymous_id', 'cookie_id') limit 1
  ) is not null,
  arrival, reference, secondary_reference, coalesce(data, 'null')
from sent
returning number`
