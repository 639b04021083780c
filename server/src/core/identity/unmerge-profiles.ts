import type { Connection } from '../../platform/postgres/database.ts'
import { lockToMerge } from '../profiles/lock-survivor.ts'
import { countOperatorMerge } from '../profiles/operator-merges.ts'
import type { ProfilePart } from '../profiles/profile-part.ts'
import { restoreRows } from '../profiles/restore-rows.ts'
import { deriveProfile } from '../standard-fields/derive-fields.ts'
import { derivedColumns, derivedValues } from '../standard-fields/derived-columns.ts'
import { ownColumns } from '../standard-fields/standard-fields.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { showIdentifiers } from './identifiers.ts'
import { singleKinds } from './merge-profiles.ts'

/**
 * `unknown`: no merge of an operator has this id. `undone`: already. `survivor-gone`: it was merged or erased since; a
 * later merge is to be undone first. `identifier-taken`: an identifier that the merge set free is somebody else's now.
 */
export type UnmergeRefusal = 'unknown' | 'undone' | 'survivor-gone' | 'identifier-taken'

interface HeldThen {
  readonly kind: string
  readonly value: string
  readonly scope: string
  readonly level: string
  readonly moves: boolean
}

/**
 * Undoes an operator's merge exactly: the merged profile is back with its ids, and all that came from it and is
 * still the survivor's goes back. What the survivor had, or got since, stays; but whoever came in since by what is the
 * other one's stands for that one, or for nobody. Verifications that the merge ended stay ended (S16).
 */
export async function unmergeProfiles(
  connection: Connection,
  workspace: Pick<Workspace, 'id' | 'fieldBindings'>,
  mergeId: string,
  parts: readonly ProfilePart[],
): Promise<{ readonly profileId: string } | { readonly refusal: UnmergeRefusal }> {
  const { id: workspaceId, fieldBindings } = workspace
  await countOperatorMerge(connection, workspaceId)
  const { rows } = await connection.query<{
    from_id: string
    into_id: string
    moved: Record<string, unknown>
    is_undone: boolean
    profile: string
    merged_at: string
  }>({
    name: 'lock-merge',
    text: lockStatement,
    values: [workspaceId, mergeId],
  })
  const [merge] = rows
  if (!merge) return { refusal: 'unknown' }
  if (merge.is_undone) return { refusal: 'undone' }
  const move = { from: merge.from_id, into: merge.into_id }
  if ((await lockToMerge(connection, workspaceId, [move.into])) === 0) return { refusal: 'survivor-gone' }
  const identifiers = merge.moved.identifiers as readonly HeldThen[]
  if (
    await isTaken(
      connection,
      workspaceId,
      identifiers.filter(({ moves }) => !moves),
    )
  ) {
    return { refusal: 'identifier-taken' }
  }

  if ((await restoreRows(connection, 'profiles', [merge.profile])) !== 1) {
    throw new Error('the profile that was merged away is there')
  }
  await connection.query({
    name: 'unmerge-profiles',
    text: unmergeStatement,
    values: [
      workspaceId,
      move.from,
      move.into,
      mergeId,
      JSON.stringify(identifiers),
      JSON.stringify(fieldBindings),
      singleKinds,
    ],
  })
  for (const part of parts.toReversed()) {
    const moved = merge.moved[part.name]
    if (moved !== undefined) await part.moveBack(connection, workspaceId, move, moved)
  }
  await deriveProfile(connection, workspace, move.from)
  await showIdentifiers(connection, workspaceId, move.from)
  await showIdentifiers(connection, workspaceId, move.into)
  const parting = { ...move, mergedAt: merge.merged_at }
  for (const part of parts) await part.parted?.(connection, workspaceId, parting)
  if (merge.moved.survivor_was_known === false) await forgetKnown(connection, workspaceId, move.into)
  return { profileId: move.from }
}

/**
 * Who was anonymous, and known by what came along alone, is anonymous again (S7). While others who are known are merged
 * into them they are not, and it is told of the last of those merges that is undone.
 */
async function forgetKnown(connection: Connection, workspaceId: number, profileId: string): Promise<void> {
  await connection.query({
    name: 'forget-known',
    text: `with others as (
             update profile_merges set moved = jsonb_set(moved, '{survivor_was_known}', 'false')
             where workspace_id = $1 and into_id = $2 and undone_at is null and cause = 'operator'
               and profile ->> 'known_at' is not null
             returning id
           )
           update profiles set known_at = null
           where workspace_id = $1 and id = $2 and (select count(*) from others) = 0 and not exists (
             select from identifiers i
             where i.workspace_id = $1 and i.profile_id = $2 and i.kind not in ('anonymous_id', 'cookie_id')
           )`,
    values: [workspaceId, profileId],
  })
}

async function isTaken(
  connection: Connection,
  workspaceId: number,
  freed: readonly HeldThen[],
): Promise<boolean> {
  const { rowCount } = await connection.query({
    name: 'taken-identifiers',
    text: `select from jsonb_to_recordset($2) as f (kind text, value text, scope text)
           cross join lateral (
             select from identifiers i
             where i.workspace_id = $1 and i.kind = f.kind and i.value = f.value and i.scope = f.scope limit 1
           ) i
           limit 1`,
    values: [workspaceId, JSON.stringify(freed)],
  })
  return Boolean(rowCount)
}

/** The row of the profile as text: JavaScript's numbers would lose digits of the profile's. */
const lockStatement = `
select from_id, into_id, moved, undone_at is not null as is_undone, profile::text as profile,
  merged_at::text as merged_at
from profile_merges
where workspace_id = $1 and id = $2 and cause = 'operator' for update`

/** A field that the merge filled, and nobody wrote since. */
const withoutFilled = (column: string) =>
  `case when to_jsonb(p.${column}) is distinct from merge.moved -> 'fields' -> '${column}' then p.${column} end`

const unmergeStatement = `
with merge as materialized (
  update profile_merges set undone_at = now() where workspace_id = $1 and id = $4 returning *
),
emptied as (
  update profiles p
  set (attributes, ${derivedColumns}) = (
        select ${['next.attributes', ...derivedValues('next.attributes', '$6::jsonb', withoutFilled)].join(', ')}
        from (
          select p.attributes
            - array(select key from jsonb_each(merge.filled) e where p.attributes -> e.key = e.value) as attributes
          offset 0
        ) next
      ),
      ${ownColumns.map((column) => `${column} = ${withoutFilled(column)}`).join(', ')},
    updated_at = now()
  from merge where p.workspace_id = $1 and p.id = $3
),
held as materialized (
  select * from jsonb_to_recordset($5) as h (kind text, value text, scope text, level text, moves boolean)
),
-- The survivor's business unit may be another one since, and with it the scope of the e-mail.
moved_back as (
  update identifiers i set profile_id = $2, scope = held.scope from held
  where held.moves and i.workspace_id = $1 and i.profile_id = $3 and i.kind = held.kind and i.value = held.value
    and (i.scope = held.scope or i.kind = 'email' and not exists (
      select from identifiers o
      where o.workspace_id = $1 and o.kind = 'email' and o.value = held.value and o.scope = held.scope
    ))
  returning i.kind, i.value
),
-- What the merge set free; and what the survivor gave up since, unless somebody else took it.
given_back as (
  insert into identifiers (workspace_id, kind, value, scope, level, profile_id)
  select $1, kind, value, scope, level, $2 from held
  where not moves or kind = any ($7::text[]) and not exists (
    select from identifiers o
    where o.workspace_id = $1 and o.kind = held.kind and o.value = held.value and o.scope = held.scope
  ) and not exists (select from moved_back m where m.kind = held.kind and m.value = held.value)
),
own_status as (
  insert into recipient_statuses (workspace_id, profile_id, opted_out_channels, blacklisted)
  select $1, $2, s.opted_out_channels, s.blacklisted
  from merge, jsonb_populate_record(null::recipient_statuses, merge.moved -> 'recipient_status') s
  where jsonb_typeof(merge.moved -> 'recipient_status') = 'object'
),
-- What came along goes, unless the survivor had it before, or somebody else who is merged into it brought it as well: an
-- opt-out is never lost.
brought as materialized (
  select merge.merged_at, merge.id, s.opted_out_channels, s.blacklisted,
    coalesce(before.opted_out_channels, '{}') as were_opted_out, coalesce(before.blacklisted, false) as was_blacklisted
  from merge, jsonb_populate_record(null::recipient_statuses, merge.moved -> 'recipient_status') s,
    jsonb_populate_record(null::recipient_statuses, case jsonb_typeof(merge.moved -> 'survivor_status')
      when 'object' then merge.moved -> 'survivor_status' else '{}' end) before
  where jsonb_typeof(merge.moved -> 'recipient_status') = 'object'
),
others as materialized (
  select m.merged_at, m.id, s.opted_out_channels, s.blacklisted
  from brought
  join profile_merges m on m.workspace_id = $1 and m.into_id = $3 and m.undone_at is null and m.id <> $4
  cross join jsonb_populate_record(null::recipient_statuses, m.moved -> 'recipient_status') s
  where jsonb_typeof(m.moved -> 'recipient_status') = 'object'
),
survivor_status as (
  update recipient_statuses r
  set opted_out_channels = array(
        select channel from unnest(r.opted_out_channels) channel
        where channel = any (b.were_opted_out) or channel <> all (b.opted_out_channels)
          or exists (select from others where channel = any (others.opted_out_channels))
      ),
      blacklisted = r.blacklisted
        and (b.was_blacklisted or not b.blacklisted or exists (select from others where others.blacklisted))
  from brought b
  where r.workspace_id = $1 and r.profile_id = $3
),
-- Of those who were merged into it since, what the survivor had is without it, too.
later as (
  update profile_merges m
  set moved = jsonb_set(m.moved, '{survivor_status}', jsonb_build_object(
    'opted_out_channels', array(
      select channel from jsonb_array_elements_text(m.moved #> '{survivor_status,opted_out_channels}') channel
      where channel = any (b.were_opted_out) or channel <> all (b.opted_out_channels)
        or exists (
          select from others o
          where channel = any (o.opted_out_channels) and (o.merged_at, o.id) < (m.merged_at, m.id)
        )
    ),
    'blacklisted', (m.moved #> '{survivor_status,blacklisted}')::boolean
      and (b.was_blacklisted or not b.blacklisted or exists (
        select from others o where o.blacklisted and (o.merged_at, o.id) < (m.merged_at, m.id)
      ))
  ))
  from brought b
  where m.workspace_id = $1 and m.into_id = $3 and m.undone_at is null and m.id <> $4
    and (m.merged_at, m.id) > (b.merged_at, b.id) and jsonb_typeof(m.moved -> 'survivor_status') = 'object'
),
lineage as (
  delete from merged_profiles where workspace_id = $1 and id = $2
),
older as (
  update merged_profiles m set survivor_id = $2
  from merge where m.workspace_id = $1 and m.survivor_id = $3 and merge.moved -> 'older_merges' ? m.id::text
)
insert into profile_changes (workspace_id, profile_ids, kinds) values ($1, array[$2, $3]::uuid[], '{created,updated}')`
