import { derivedColumns, derivedValues, rewrittenValues } from '../standard-fields/derived-columns.ts'
import type { BindableField } from '../standard-fields/standard-fields.ts'
import { noMergeSince } from './operator-merges.ts'

/** The columns of an upsert, as the log's JSON names them. */
export const upsertColumns = `
  customer text collate "C", email text collate "C", email_key text collate "C", unit text collate "C",
  profile text, set jsonb, clear text[], at text, result boolean, lead_taken boolean`

/**
 * Applies upserts of which no two name the same identifier, within one statement: every operation sees the state
 * before the set, so each could as well have been applied alone.
 *
 * Some answers are not outcomes yet. `wait`: the e-mail belongs to a user whom an earlier operation of the set
 * changes; it is to be applied again after this set. `take-lead`: the e-mail belongs to a lead, who has to
 * become the user, or be absorbed by it, first (C15). `yield-email`, `yield-customer`: the identifier is claimed by a
 * profile that has better ones, and has to be taken from it first (S15).
 *
 * Look-ups are laterals and scalars with a limit: written as joins or "exists" they read the same, but a plan made while
 * the tables are small joins whole tables by hash, is kept, and costs more with every profile. `kind || ''` keeps the planner from
 * looking through all e-mails for those of one profile.
 *
 * Measured alternatives, sets of 1,000: an insert … on conflict a row, 7 k/s; the steps as statements of their
 * own over a temporary table, 24 k/s (and a catalogue that bloats). `json_to_recordset`, which reads the text
 * without building a document first, takes 17 ms a set where `jsonb_to_recordset` takes 10.
 *
 * Stands behind a relation `op` with `upsertColumns` and `n`, their order. Leaves `plan`: every operation with its
 * `decision`, the profile `id` it means, and what is in its way.
 *
 * $1 workspace, $3 whether an e-mail is unique within its business unit only,
 * $4 first 14 digits of the UUIDs to make: the time, so that new rows and their index entries are neighbours.
 *
 * @param bindings the parameter with the `FieldBindings` of a workspace that has any; absent: it has none, and its
 *   statement is spared all of it
 */
export function upsertSteps(bindings?: string): string {
  const ofCreated = bindings
    ? derivedValues('plan.set', bindings, (column) => `null::${columnTypes[column]}`)
    : []
  const ofUpdated = bindings
    ? rewrittenValues({ set: 'plan.set', clear: 'plan.clear' }, bindings, (column) => `p.${column}`)
    : []
  return `
found as materialized (
  select op.*, known.id as profile_id, known.email as old_email, known.level as known_level,
         known.level = 'claim' and ${isBetterNamed('known.id')} as known_yields,
         case when op.unit is null then known.business_unit else nullif(op.unit, '') end as new_unit
  from op
  left join lateral (
    select p.id, p.email, p.business_unit, i.level
    from (select profile_id, level from identifiers
          where workspace_id = $1 and kind = 'customer_id' and value = op.customer and scope = '' limit 1) i
    join lateral (select * from profiles where workspace_id = $1 and id = i.profile_id limit 1) p on true
  ) known on true
),
-- The e-mail this operation has to hold afterwards; null where it changes neither e-mail nor business unit.
claim as materialized (
  select found.*,
         case
           when email is not null then coalesce(email_key, email)
           when unit is not null and old_email is not null then (
             select value from identifiers e
             where e.workspace_id = $1 and e.profile_id = found.profile_id and e.kind || '' = 'email' limit 1
           )
         end as claimed,
         case when $3 then coalesce(lower(new_unit collate "und-x-icu") collate "C", '') else '' end as scope
  from found
),
held as materialized (
  select claim.*,
         -- A lead is named by its e-mail: the holder is the profile meant.
         case when claim.customer is null then holder.id else claim.profile_id end as target_id,
         holder.id as holder_id, holder.customer_id as holder_customer, holder.level as holder_level,
         -- A claim beside better identifiers; beside a claimed customer id, two of which no profile can have.
         holder.level = 'claim' and holder.id is distinct from claim.profile_id and (
           holder.customer_id is not null and claim.customer is not null or ${isBetterNamed('holder.id')}
         ) as holder_yields,
         unscoped.id as unscoped_lead
  from claim
  left join lateral (
    select h.profile_id as id, h.level, case when h.profile_id is distinct from claim.profile_id then (
             select customer_id from profiles where workspace_id = $1 and id = h.profile_id
           ) end as customer_id
    from identifiers h
    where h.workspace_id = $1 and h.kind = 'email' and h.value = claim.claimed and h.scope = claim.scope limit 1
  ) holder on true
  left join lateral (
    select u.profile_id as id from identifiers u
    where holder.id is null and claim.customer is not null and claim.scope <> '' and claim.lead_taken is null
      and u.workspace_id = $1 and u.kind = 'email' and u.value = claim.claimed and u.scope = ''
      and (select customer_id from profiles where workspace_id = $1 and id = u.profile_id) is null
      and not (u.level = 'claim' and ${isBetterNamed('u.profile_id')})
    limit 1
  ) unscoped on true
),
plan as materialized (
  select held.*,
         case
           when known_yields then 'yield-customer'
           when lower(profile) <> target_id::text and (
             select true from merged_profiles m
             where m.workspace_id = $1 and m.survivor_id = target_id and m.id::text = lower(profile) limit 1
           ) is null then 'profile-mismatch'
           when holder_yields then 'yield-email'
           when customer is not null and holder_id is distinct from target_id and holder_customer is not null then
             case when exists (select from op e where e.customer = held.holder_customer and e.n < held.n)
                  then 'wait' else 'email-taken' end
           when customer is not null and coalesce(nullif(holder_id, target_id), unscoped_lead) is not null
             then 'take-lead'
           when target_id is null then 'create'
           else 'update'
         end as decision,
         coalesce(target_id, ($4 || '7' || substr(gen_random_uuid()::text, 16))::uuid) as id
  from held
),
created as (
  insert into profiles (workspace_id, id, customer_id, email, business_unit, known_at, attributes
    ${bindings ? `, ${derivedColumns}` : ''})
  select ${['$1', 'id', 'customer', 'email', 'new_unit', 'now()', "coalesce(set, '{}')", ...ofCreated].join(', ')}
  from plan where decision = 'create'
  returning id
),
updated as (
  update profiles p
  set email = coalesce(plan.email, p.email),
      business_unit = case when plan.unit is null then p.business_unit else nullif(plan.unit, '') end,
      attributes = ${nextAttributes},
      ${bindings ? `(${derivedColumns}) = row(${ofUpdated.join(', ')}),` : ''}
      updated_at = now()
  from plan
  where plan.decision = 'update' and p.workspace_id = $1 and p.id = plan.id
    -- A row that stays as it is costs no new version: nightly full exports are mostly such rows.
    and (${nextAttributes} <> p.attributes
         or coalesce(plan.email, p.email) is distinct from p.email
         or plan.unit is not null and nullif(plan.unit, '') is distinct from p.business_unit)
  returning p.id
),
-- What was a claim, or the person's own word, is proved now. Mostly nothing was: then identifiers are not looked at.
weak as materialized (
  select id, claimed, customer, holder_id from plan
  where decision = 'update' and (holder_level <> 'proof' or known_level <> 'proof')
),
raised as (
  update identifiers i set level = 'proof' from weak
  where (select count(*) from weak) > 0
    and i.workspace_id = $1 and i.profile_id = weak.id and i.level <> 'proof'
    and (i.kind || '' = 'email' and i.value = weak.claimed and weak.holder_id = weak.id
      or i.kind || '' = 'customer_id' and i.value = weak.customer)
),
given_up as (
  delete from identifiers i using plan
  where plan.decision = 'update' and plan.customer is not null and plan.claimed is not null
    and plan.holder_id is null and i.workspace_id = $1 and i.profile_id = plan.id and i.kind || '' = 'email'
),
taken as (
  insert into identifiers (workspace_id, kind, value, scope, profile_id)
  select $1, 'customer_id', customer, '', id from plan where decision = 'create' and customer is not null
  union all
  select $1, 'email', claimed, scope, id from plan
  where decision in ('create', 'update') and claimed is not null and holder_id is null
),
-- Also where nothing was updated: a row that was waited for may have been merged away, and its update be nobody's.
reported as (
  insert into profile_changes (workspace_id, profile_ids, kinds)
  select $1, array_agg(id), array_agg(kind)
  from (select id, 'created' as kind from created union all select id, 'updated' from updated) change
  having case when ${noMergeSince} then count(*) > 0 end
)${
    bindings
      ? `,
${phoneSteps(bindings)}`
      : ''
  }`
}

/** Whether a profile has an identifier that it does not merely claim (S15). */
function isBetterNamed(profileId: string): string {
  return `(
    select true from identifiers b where b.workspace_id = $1 and b.profile_id = ${profileId} and b.level <> 'claim' limit 1
  ) is not null`
}

const nextAttributes = `case when plan.clear is null then p.attributes || coalesce(plan.set, '{}')
  else (p.attributes || coalesce(plan.set, '{}')) - plan.clear end`

const columnTypes: Readonly<Record<BindableField, string>> = {
  first_name: 'text',
  last_name: 'text',
  gender: 'text',
  birthdate: 'date',
  phone: 'text',
  address: 'jsonb',
  language: 'text',
}

/**
 * A phone attribute never conflicts: it is the identifier too if nobody else holds it (S22), or only claims it beside
 * better identifiers (S15). The phone that a profile had before is free then.
 */
function phoneSteps(bindings: string): string {
  const attribute = `${bindings} ->> 'phone'`
  return `phoned as materialized (
  select id, min(n) as n, min(standard_phone(case when clear is null then set else set - clear end, ${attribute})) as phone
  from plan
  where decision in ('create', 'update') and ${bindings} ? 'phone'
    and (set ? (${attribute}) or ${attribute} = any (clear))
    -- Mostly the phone is what it was, and its profile's already.
    and (clear is not null or (
      select true from identifiers held
      where held.workspace_id = $1 and held.kind = 'phone' and held.scope = ''
        and held.value = standard_phone(set, ${attribute}) and held.profile_id = plan.id and held.level = 'proof'
      limit 1
    ) is null)
  group by id
),
phones_freed as (
  delete from identifiers i using phoned
  where (select count(*) from phoned) > 0 and i.workspace_id = $1 and i.profile_id = phoned.id
    and i.kind || '' = 'phone' and i.value is distinct from phoned.phone
  returning i.profile_id
),
phones_taken as (
  insert into identifiers (workspace_id, kind, value, profile_id)
  select distinct on (phone) $1, 'phone', phone, id from phoned
  -- What one gives up in this set another may take.
  where phone is not null and (select count(*) from phones_freed) >= 0
  order by phone, n
  on conflict (workspace_id, kind, value, scope) do update set profile_id = excluded.profile_id, level = 'proof'
  where identifiers.level <> 'proof' and identifiers.profile_id = excluded.profile_id
    or identifiers.level = 'claim' and ${isBetterNamed('identifiers.profile_id')}
)`
}
