import type { Connection } from '../../platform/postgres/database.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { findSegment } from './list-segments.ts'
import { isCampaignList } from './segment.ts'

/** `segment-is-by-rule`: nobody but its rule says who is in it (L120). */
type ListRefusal = 'unknown-segment' | 'segment-is-by-rule'

export type ListChange =
  /** The profiles that are on the list now, or no longer; who is gone is not among them. */
  { readonly profileIds: readonly string[] } | { readonly refusal: ListRefusal }

/**
 * Puts profiles on the list of a list segment, or on a campaign's own (`campaignList`); who is on it stays, and
 * that it was said again is noted (G68, L120). A profile that was merged away stands for its survivor (S9).
 *
 * Run it in a transaction: no profile is merged or erased beside it then.
 */
export async function addToSegment(
  connection: Connection,
  workspace: Workspace,
  segmentId: string,
  profileIds: readonly string[],
): Promise<ListChange> {
  const refusal = await refusalOf(connection, workspace, segmentId)
  if (refusal) return { refusal }
  const added: string[] = []
  let missing = profileIds
  // One that is merged away while we wait for its lock is not found; the next look finds its survivor.
  for (let looks = 0; looks < mostLooks && missing.length > 0; looks++) {
    const { rows } = await connection.query<{ named: string; id: string }>({
      name: 'add-to-segment',
      text: addStatement,
      values: [workspace.id, segmentId, missing],
    })
    const found = new Set(rows.map(({ named }) => named))
    added.push(...rows.map(({ id }) => id))
    missing = missing.filter((id) => !found.has(id))
  }
  return { profileIds: [...new Set(added)] }
}

/**
 * Takes profiles off the list; who is not on it is not missed. Who is meant is found first, as an array, which the index is
 * searched by: joined with, all of a long list is read where most lists are short.
 */
export async function removeFromSegment(
  connection: Connection,
  workspace: Workspace,
  segmentId: string,
  profileIds: readonly string[],
): Promise<ListChange> {
  const refusal = await refusalOf(connection, workspace, segmentId)
  if (refusal) return { refusal }
  const { rows } = await connection.query<{ profile_id: string }>({
    name: 'remove-from-segment',
    text: `delete from segment_memberships
           where workspace_id = $1 and segment_id = $2 and not by_rule and profile_id = any (array(
             select coalesce((select survivor_id from merged_profiles where workspace_id = $1 and id = n.id), n.id)
             from unnest($3::uuid[]) as n (id)
           ))
           returning profile_id`,
    values: [workspace.id, segmentId, profileIds],
  })
  return { profileIds: rows.map((row) => row.profile_id) }
}

const mostLooks = 5

const addStatement = `
with named as materialized (
  select n.id as named, coalesce(
    (select survivor_id from merged_profiles where workspace_id = $1 and id = n.id), n.id
  ) as id
  from unnest($3::uuid[]) as n (id)
),
held as materialized (
  select named.named, p.id from (select * from named order by id offset 0) named
  cross join lateral (
    select id from profiles where workspace_id = $1 and id = named.id for key share
  ) p
),
listed as (
  insert into segment_memberships as m (workspace_id, segment_id, by_rule, profile_id)
  select distinct $1::integer, $2, false, id from held
  on conflict (workspace_id, segment_id, by_rule, profile_id) do update set updated_at = clock_timestamp()
)
select named, id from held`

async function refusalOf(
  connection: Connection,
  workspace: Workspace,
  segmentId: string,
): Promise<ListRefusal | undefined> {
  if (isCampaignList(workspace, segmentId)) return undefined
  const segment = await findSegment(connection, workspace, segmentId)
  if (!segment) return 'unknown-segment'
  return segment.byRule ? 'segment-is-by-rule' : undefined
}
