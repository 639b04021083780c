import type { Connection } from '../../platform/postgres/database.ts'
import { derivedColumns, derivedValues } from '../standard-fields/derived-columns.ts'
import type { FieldBindings } from '../standard-fields/field-bindings.ts'
import { ownColumns } from '../standard-fields/standard-fields.ts'
import { lockToMerge } from './lock-survivor.ts'
import type { ProfilePart } from './profile-part.ts'

/** A lead whose e-mail a write to a customer id has brought. */
export interface TakenLead {
  readonly lead: string
  readonly customer: string
}

/**
 * Settles who a lead is, before the write that brought its e-mail is applied (C15). A customer id that nobody
 * has is given to the lead, whose id and values stay. A customer id that somebody has absorbs it: the lead's
 * attributes and fields fill gaps, its e-mail becomes free for the write that follows, its id names the survivor from now
 * on (S9), and what else it held moves (S19).
 *
 * No two leads of a set have one customer id.
 */
export async function takeLeads(
  connection: Connection,
  workspaceId: number,
  taken: readonly TakenLead[],
  { parts, fieldBindings }: { readonly parts: readonly ProfilePart[]; readonly fieldBindings: FieldBindings },
): Promise<void> {
  const leads = taken.map(({ lead }) => lead)
  const customers = taken.map(({ customer }) => customer)
  const values = [workspaceId, leads, customers] as const
  const promoted = await connection.query<Standing>({
    name: 'promote-leads',
    text: promoteLeads,
    values: [...values],
  })
  const absorbed = await lockAbsorbed(connection, values)
  if (absorbed.length > 0) {
    const moves = absorbed.map(({ from, profileId }) => ({ from, into: profileId }))
    for (const part of parts) await part.move(connection, workspaceId, moves)
    await connection.query({
      name: 'absorb-leads',
      text: absorbLeads,
      values: [...values, JSON.stringify(fieldBindings)],
    })
  }
  // No caller's trust is inherited (S16).
  const changes = [...promoted.rows, ...absorbed].map(({ profileId, by }) => ({ profileId, by }))
  if (changes.length === 0) return
  for (const part of parts) await part.standingChanged?.(connection, workspaceId, changes)
}

/** A profile that changed, and the identifiers by which it did. */
interface Standing {
  readonly profileId: string
  readonly by: readonly string[]
}

interface Absorbed extends Standing {
  readonly from: string
}

/** Who absorbs whom, once nobody can write to them any more: either may have been merged while we waited. */
async function lockAbsorbed(
  connection: Connection,
  values: readonly [workspaceId: number, leads: readonly string[], customers: readonly string[]],
): Promise<readonly Absorbed[]> {
  const locked = new Set<string>()
  for (;;) {
    const { rows } = await connection.query<Absorbed>({
      name: 'find-absorbed-leads',
      text: findAbsorbed,
      values: [...values],
    })
    const others = rows.flatMap(({ from, profileId }) => [from, profileId]).filter((id) => !locked.has(id))
    if (others.length === 0) return rows
    await lockToMerge(connection, values[0], others)
    for (const id of others) locked.add(id)
  }
}

const promoteLeads = `
with promoted as (
  select l.lead, l.customer from unnest($2::uuid[], $3::text[]) as l (lead, customer)
  where not exists (
    select from identifiers i
    where i.workspace_id = $1 and i.kind = 'customer_id' and i.value = l.customer and i.scope = ''
  )
),
named as (
  update profiles p set customer_id = promoted.customer, updated_at = now()
  from promoted where p.workspace_id = $1 and p.id = promoted.lead and p.customer_id is null
  returning p.id, p.customer_id
),
identified as (
  insert into identifiers (workspace_id, kind, value, profile_id)
  select $1, 'customer_id', customer_id, id from named
),
reported as (
  insert into profile_changes (workspace_id, profile_ids, kinds)
  select $1, array_agg(id), array_agg('updated'::text) from named having count(*) > 0
)
select id as "profileId", array(
  select 'email:' || value from identifiers i where i.workspace_id = $1 and i.profile_id = named.id and i.kind = 'email'
) as by
from named`

const findAbsorbed = `
select lead.id as "from", i.profile_id as "profileId", 'customer_id:' || l.customer || array(
  select 'email:' || value from identifiers e where e.workspace_id = $1 and e.profile_id = lead.id and e.kind = 'email'
) as by
from unnest($2::uuid[], $3::text[]) as l (lead, customer)
join profiles lead on lead.workspace_id = $1 and lead.id = l.lead and lead.customer_id is null
join identifiers i
  on i.workspace_id = $1 and i.kind = 'customer_id' and i.value = l.customer and i.scope = ''`

const fillGap = (column: string) => `coalesce(p.${column}, absorbed.${column})`

/** Leads that were promoted by the statement before have a customer id now, and are left alone. */
const absorbLeads = `
with absorbed as (
  select lead.*, lead.id as lead_id, i.profile_id as survivor_id
  from unnest($2::uuid[], $3::text[]) as l (lead, customer)
  join profiles lead on lead.workspace_id = $1 and lead.id = l.lead and lead.customer_id is null
  join identifiers i
    on i.workspace_id = $1 and i.kind = 'customer_id' and i.value = l.customer and i.scope = ''
),
filled as (
  update profiles p
  set (attributes, ${derivedColumns}) = (
        select ${['next.attributes', ...derivedValues('next.attributes', '$4::jsonb', fillGap)].join(', ')}
        from (select absorbed.attributes || p.attributes as attributes offset 0) next
      ),
      ${ownColumns.map((column) => `${column} = ${fillGap(column)}`).join(', ')},
      updated_at = now()
  from absorbed where p.workspace_id = $1 and p.id = absorbed.survivor_id
  returning p.id, p.phone
),
removed as (
  delete from profiles p using absorbed where p.workspace_id = $1 and p.id = absorbed.lead_id
  returning p.id, p.number
),
-- Its e-mail is the user's by the write that follows; of other kinds the user keeps its own.
held as materialized (
  select i.kind, i.value, i.scope, absorbed.survivor_id, i.kind = 'email' or exists (
    select from identifiers o
    where o.workspace_id = $1 and o.profile_id = absorbed.survivor_id and o.kind = i.kind
      and o.kind in ('customer_id', 'partner_user_id', 'phone')
  ) or i.kind = 'phone' and i.value is distinct from (
    select phone from filled where filled.id = absorbed.survivor_id
  ) as is_freed
  from absorbed join identifiers i on i.workspace_id = $1 and i.profile_id = absorbed.lead_id
),
freed as (
  delete from identifiers i using held
  where held.is_freed and i.workspace_id = $1 and i.kind = held.kind and i.value = held.value and i.scope = held.scope
),
moved_identifiers as (
  update identifiers i set profile_id = held.survivor_id from held
  where not held.is_freed and i.workspace_id = $1 and i.kind = held.kind and i.value = held.value
    and i.scope = held.scope
),
status as (
  delete from recipient_statuses s using absorbed
  where s.workspace_id = $1 and s.profile_id = absorbed.lead_id
  returning absorbed.survivor_id, s.opted_out_channels, s.blacklisted
),
-- A lead was a user once, where a merge with one was undone. Who opted out then is not sent to because of this one.
joined_status as (
  insert into recipient_statuses as s (workspace_id, profile_id, opted_out_channels, blacklisted)
  select $1, survivor_id, opted_out_channels, blacklisted from status
  on conflict (workspace_id, profile_id) do update set
    opted_out_channels = array(select unnest(s.opted_out_channels) union select unnest(excluded.opted_out_channels)),
    blacklisted = s.blacklisted or excluded.blacklisted
),
older_merges as (
  update merged_profiles m set survivor_id = absorbed.survivor_id
  from absorbed where m.workspace_id = $1 and m.survivor_id = absorbed.lead_id
),
lineage as (
  insert into merged_profiles (workspace_id, id, survivor_id, number)
  select $1, lead_id, survivor_id, removed.number from absorbed join removed on removed.id = lead_id
)
insert into profile_changes (workspace_id, profile_ids, kinds)
select $1, array_agg(lead_id) || array_agg(survivor_id), array_agg('merged'::text) || array_agg('updated'::text)
from absorbed having count(*) > 0`
