import type { Connection } from '../../platform/postgres/database.ts'
import type { ErasedIdentifier, ProfilePart } from './profile-part.ts'

/** Names a profile by customer id or by its own id. */
export interface DoomedProfile {
  readonly customer?: string
  readonly profile?: string
}

/**
 * Deletes profiles and all that is theirs (C17, S20): identifiers, opt-outs and blacklist mark, the ids of profiles
 * merged into them, and their parts. Names that name nobody are passed over (C16); the id of a profile that was
 * merged away deletes nobody (S9).
 */
export async function deleteProfiles(
  connection: Connection,
  workspaceId: number,
  doomed: readonly DoomedProfile[],
  parts: readonly ProfilePart[],
): Promise<void> {
  const values = [
    workspaceId,
    doomed.flatMap(({ customer }) => customer ?? []),
    doomed.flatMap(({ profile }) => profile ?? []),
  ]
  // What is being written of them at this moment, under their locks, ends with them.
  await connection.query({
    name: 'lock-doomed-profiles',
    text: `select from profiles
           where workspace_id = $1 and id = any (array(select id from (${doomedIds}) doomed))
           order by id for update`,
    values,
  })
  const { rows } = await connection.query<{ id: string; identifiers: readonly ErasedIdentifier[] }>({
    name: 'delete-profiles',
    text: statement,
    values,
  })
  const ids = rows.map(({ id }) => id)
  if (ids.length === 0) return
  const identifiers = rows.flatMap((row) => row.identifiers)
  for (const part of parts) {
    identifiers.push(...((await part.formerIdentifiers?.(connection, workspaceId, ids)) ?? []))
  }
  for (const part of parts) await part.erase(connection, workspaceId, ids, identifiers)
}

const doomedIds = `
  select profile_id as id from identifiers
  where workspace_id = $1 and kind = 'customer_id' and value = any ($2::text[]) and scope = ''
  union
  select id from profiles where workspace_id = $1 and id = any ($3::uuid[])`

const statement = `
with doomed as materialized (${doomedIds}),
without_profile as (
  delete from profiles p using doomed where p.workspace_id = $1 and p.id = doomed.id
),
without_identifiers as (
  delete from identifiers i using doomed where i.workspace_id = $1 and i.profile_id = doomed.id
),
without_status as (
  delete from recipient_statuses s using doomed where s.workspace_id = $1 and s.profile_id = doomed.id
),
without_lineage as (
  delete from merged_profiles m using doomed where m.workspace_id = $1 and m.survivor_id = doomed.id
),
reported as (
  insert into profile_changes (workspace_id, profile_ids, kinds)
  select $1, array_agg(id), array_agg('deleted'::text) from doomed having count(*) > 0
)
select id, (
  select coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'value', value)), '[]')
  from identifiers i where i.workspace_id = $1 and i.profile_id = doomed.id
) as identifiers
from doomed
union all
-- What was written under such an id while the merge was under way, and what the journal of merges says of it.
select m.id, '[]' from merged_profiles m join doomed on m.workspace_id = $1 and m.survivor_id = doomed.id`
