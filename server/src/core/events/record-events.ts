import type { Connection } from '../../platform/postgres/database.ts'
import type { PartitionedTable } from '../../platform/postgres/partitions.ts'

export const eventPartitions: PartitionedTable = { name: 'events', unit: 'month' }

/** What somebody did, named by customer id, or by e-mail with or without business unit. */
export interface RecordedEvent {
  readonly customer?: string
  /** In compare form. */
  readonly email_key?: string
  /** `''`: the person without business unit; absent: as C20 finds a user. */
  readonly unit?: string
  readonly name: string
  /** The time it was sent with, and the time of receipt; RFC 3339, UTC. */
  readonly occurred_at: string
  readonly received_at: string
  readonly source: string
  readonly data: unknown
}

/** Appends events. One whose person is not known is kept under the identifier it came with (C64). */
export async function recordEvents(
  connection: Connection,
  workspaceId: number,
  events: readonly RecordedEvent[],
): Promise<void> {
  await connection.query({
    name: 'record-events',
    text: statement,
    values: [workspaceId, JSON.stringify(events)],
  })
}

const statement = `
insert into events (
  workspace_id, received_at, profile_id, identifier_kind, identifier_value, identifier_scope,
  name, occurred_at, source, data
)
select $1, e.received_at,
  coalesce(
    (select i.profile_id from identifiers i
     where i.workspace_id = $1 and i.kind = 'customer_id' and i.value = e.customer and i.scope = ''),
    (select case when count(*) = 1 then min(i.profile_id::text)
                 else min(i.profile_id::text) filter (where p.business_unit is null) end::uuid
     from identifiers i join profiles p on p.workspace_id = $1 and p.id = i.profile_id
     where e.customer is null and i.workspace_id = $1 and i.kind = 'email' and i.value = e.email_key
       and (e.unit is null
         or lower(coalesce(p.business_unit, '') collate "und-x-icu") = lower(e.unit collate "und-x-icu")))
  ),
  case when e.customer is null then 'email' else 'customer_id' end, coalesce(e.customer, e.email_key), e.unit,
  e.name, e.occurred_at, e.source, e.data
from json_to_recordset($2::json) as e (
  customer text, email_key text, unit text, name text, occurred_at timestamptz, received_at timestamptz,
  source text, data jsonb
)`
