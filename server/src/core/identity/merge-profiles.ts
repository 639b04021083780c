import type { Connection } from '../../platform/postgres/database.ts'
import { lockToMerge } from '../profiles/lock-survivor.ts'
import type { ProfilePart } from '../profiles/profile-part.ts'
import { derivedColumns, derivedValues } from '../standard-fields/derived-columns.ts'
import { fieldNames, ownColumns } from '../standard-fields/standard-fields.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { showIdentifiers } from './identifiers.ts'

export interface ProfileMerge {
  readonly from: string
  readonly into: string
  /**
   * Who says so. `identified`: an anonymous profile met a known one. `operator`: two known ones are one person; only
   * this one can be undone.
   */
  readonly cause: 'identified' | 'operator'
  /** Whether what is said of the person fills gaps of the survivor; never from an anonymous profile (S19). */
  readonly keepsData: boolean
}

/** Of these a profile has one (README 4). Where both have one, the survivor's stays and the other becomes free. */
export const singleKinds = ['customer_id', 'partner_user_id', 'email', 'phone']

/**
 * Makes two profiles one (S19): all that is `from`'s becomes `into`'s, and `from`'s ids name `into` (S9). Nobody's
 * trust is inherited (S16). What moved is written down, so that the merge can be explained and an operator's undone.
 *
 * Takes both profiles' row locks. Undefined where one of them is gone.
 *
 * @returns the merge's id
 */
export async function mergeProfiles(
  connection: Connection,
  workspace: Pick<Workspace, 'id' | 'fieldBindings'>,
  merge: ProfileMerge,
  parts: readonly ProfilePart[],
): Promise<string | undefined> {
  const { from, into, cause, keepsData } = merge
  const { id: workspaceId, fieldBindings } = workspace
  if (from === into) return undefined
  if ((await lockToMerge(connection, workspaceId, [from, into])) !== 2) return undefined

  const moved: Record<string, unknown> = {}
  for (const part of parts) {
    const rows = (await part.move(connection, workspaceId, [{ from, into }])).get(from)
    if (rows !== undefined) moved[part.name] = rows
  }
  const { rows } = await connection.query<{ id: string }>({
    name: 'merge-profiles',
    text: mergeStatement,
    values: [
      workspaceId,
      from,
      into,
      cause,
      keepsData,
      JSON.stringify(moved),
      singleKinds,
      JSON.stringify(fieldBindings),
    ],
  })
  await showIdentifiers(connection, workspaceId, into)
  if (cause === 'operator') {
    for (const part of parts) {
      await part.standingChanged?.(connection, workspaceId, [{ profileId: into, by: [] }])
    }
  }
  return rows[0]?.id
}

const fillGap = (column: string) => `coalesce(p.${column}, merged.${column})`

/**
 * The row of the merged profile goes into the journal here, and not by way of JavaScript, whose numbers would lose
 * digits of the profile's.
 *
 * An e-mail moves only within its scope: under another business unit it could meet somebody else's, and the survivor
 * would have one that no write of its own unit could find.
 */
const mergeStatement = `
with survivor as materialized (
  select * from profiles where workspace_id = $1 and id = $3
),
merged as (
  delete from profiles where workspace_id = $1 and id = $2 returning *
),
filling as materialized (
  select coalesce(jsonb_object_agg(key, value), '{}') as attributes
  from merged, jsonb_each(merged.attributes), survivor
  where $5::boolean and not survivor.attributes ? key
),
filled as (
  update profiles p
  set (attributes, ${derivedColumns}) = (
        select ${['next.attributes', ...derivedValues('next.attributes', '$8::jsonb', fillGap)].join(', ')}
        from (select filling.attributes || p.attributes as attributes offset 0) next
      ),
      ${[...ownColumns, 'known_at'].map((column) => `${column} = ${fillGap(column)}`).join(', ')},
      updated_at = now()
  from filling, merged where p.workspace_id = $1 and p.id = $3 and $5::boolean
  returning p.*
),
held as materialized (
  select i.kind, i.value, i.scope, i.level,
    not (i.kind = any ($7::text[]) and exists (
      select from identifiers o where o.workspace_id = $1 and o.profile_id = $3 and o.kind = i.kind
    ) or i.kind = 'phone' and i.value is distinct from (
      -- The survivor's attribute may say another phone, or none: then this one is not its.
      select phone from filled
    )) and (i.kind <> 'email' or i.scope = '' or i.scope = (
      select coalesce(lower(business_unit collate "und-x-icu") collate "C", '') from profiles
      where workspace_id = $1 and id = $3
    )) as moves
  from identifiers i where i.workspace_id = $1 and i.profile_id = $2
),
moved_identifiers as (
  update identifiers i set profile_id = $3 from held
  where held.moves and i.workspace_id = $1 and i.kind = held.kind and i.value = held.value and i.scope = held.scope
),
freed_identifiers as (
  delete from identifiers i using held
  where not held.moves and i.workspace_id = $1 and i.kind = held.kind and i.value = held.value
    and i.scope = held.scope
),
status as (
  delete from recipient_statuses where workspace_id = $1 and profile_id = $2
  returning opted_out_channels, blacklisted
),
survivor_status as materialized (
  select opted_out_channels, blacklisted from recipient_statuses where workspace_id = $1 and profile_id = $3
),
-- Who opted out once is not sent to because of a merge.
joined_status as (
  insert into recipient_statuses as s (workspace_id, profile_id, opted_out_channels, blacklisted)
  select $1, $3, opted_out_channels, blacklisted from status
  on conflict (workspace_id, profile_id) do update set
    opted_out_channels = array(select unnest(s.opted_out_channels) union select unnest(excluded.opted_out_channels)),
    blacklisted = s.blacklisted or excluded.blacklisted
),
older as (
  update merged_profiles set survivor_id = $3 where workspace_id = $1 and survivor_id = $2 returning id
),
lineage as (
  insert into merged_profiles (workspace_id, id, survivor_id, number) select $1, $2::uuid, $3::uuid, number from merged
),
changes as (
  insert into profile_changes (workspace_id, profile_ids, kinds) values ($1, array[$2, $3]::uuid[], '{merged,updated}')
)
insert into profile_merges (workspace_id, from_id, into_id, cause, profile, filled, moved)
select $1, $2::uuid, $3::uuid, $4::text, (select to_jsonb(merged) from merged), (select attributes from filling), $6::jsonb || jsonb_build_object(
  'identifiers', (select coalesce(jsonb_agg(to_jsonb(held)), '[]') from held),
  'recipient_status', (select to_jsonb(status) from status),
  'fields', (
    select jsonb_object_agg(field.key, field.value) from filled, survivor, jsonb_each(to_jsonb(filled)) field
    where field.key = any ('{${fieldNames.join(',')}}') and field.value <> 'null'
      and to_jsonb(survivor) -> field.key = 'null'
  ),
  'survivor_was_known', (select known_at is not null from survivor),
  'survivor_status', (select to_jsonb(survivor_status) from survivor_status),
  'older_merges', (select coalesce(jsonb_agg(id), '[]') from older)
)
returning id::text as id`
