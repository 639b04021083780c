import type { Connection } from '../../platform/postgres/database.ts'

/** A lead whose e-mail a write to a customer id has brought. */
export interface TakenLead {
  readonly lead: string
  readonly customer: string
}

/**
 * Settles who a lead is, before the write that brought its e-mail is applied (C15). A customer id that nobody
 * has is given to the lead, whose id and values stay. A customer id that somebody has absorbs it: the lead's
 * attributes fill gaps, its e-mail becomes free for the write that follows, its id names the survivor from now
 * on (S9), and what else it held moves (S19).
 *
 * No two leads of a set have one customer id.
 */
export async function takeLeads(
  connection: Connection,
  workspaceId: number,
  taken: readonly TakenLead[],
): Promise<void> {
  const leads = taken.map(({ lead }) => lead)
  const customers = taken.map(({ customer }) => customer)
  await connection.query({
    name: 'promote-leads',
    text: promoteLeads,
    values: [workspaceId, leads, customers],
  })
  await connection.query({ name: 'absorb-leads', text: absorbLeads, values: [workspaceId, leads, customers] })
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
)
insert into profile_changes (workspace_id, profile_ids, kinds)
select $1, array_agg(id), array_agg('updated'::text) from named having count(*) > 0`

/** Leads that were promoted by the statement before have a customer id now, and are left alone. */
const absorbLeads = `
with absorbed as (
  select lead.id as lead_id, lead.attributes, i.profile_id as survivor_id
  from unnest($2::uuid[], $3::text[]) as l (lead, customer)
  join profiles lead on lead.workspace_id = $1 and lead.id = l.lead and lead.customer_id is null
  join identifiers i
    on i.workspace_id = $1 and i.kind = 'customer_id' and i.value = l.customer and i.scope = ''
),
filled as (
  update profiles p set attributes = absorbed.attributes || p.attributes, updated_at = now()
  from absorbed where p.workspace_id = $1 and p.id = absorbed.survivor_id
),
removed as (
  delete from profiles p using absorbed where p.workspace_id = $1 and p.id = absorbed.lead_id
),
freed as (
  delete from identifiers i using absorbed where i.workspace_id = $1 and i.profile_id = absorbed.lead_id
),
moved_events as (
  update events e set profile_id = absorbed.survivor_id
  from absorbed where e.workspace_id = $1 and e.profile_id = absorbed.lead_id
),
older_merges as (
  update merged_profiles m set survivor_id = absorbed.survivor_id
  from absorbed where m.workspace_id = $1 and m.survivor_id = absorbed.lead_id
),
lineage as (
  insert into merged_profiles (workspace_id, id, survivor_id) select $1, lead_id, survivor_id from absorbed
)
insert into profile_changes (workspace_id, profile_ids, kinds)
select $1, array_agg(lead_id) || array_agg(survivor_id), array_agg('merged'::text) || array_agg('updated'::text)
from absorbed having count(*) > 0`
