import type { Connection } from '../../platform/postgres/database.ts'
import { derivedNumber } from '../workspaces/derived-number.ts'
import type { Workspace } from '../workspaces/workspace.ts'

/** That a profile is related to a partner. Every known one is to all of them until somebody says otherwise (S7, L70). */
export interface PartnerRelation {
  /** The id that wires show, as text: the same before and after anything was written down (S8). */
  readonly number: string
  readonly partnerId: string
  readonly changedAt: Date
}

/** The relations of a profile, in the order of the workspace file. */
export async function readPartnerRelations(
  connection: Connection,
  workspace: Workspace,
  profileId: string,
): Promise<readonly PartnerRelation[]> {
  const { rows } = await connection.query<{ partner_id: string; is_related: boolean; changed_at: Date }>({
    name: 'read-partner-relations',
    text: `select partner.id as partner_id, coalesce(r.is_related, true) as is_related,
             coalesce(r.changed_at, p.created_at) as changed_at
           from profiles p
           cross join unnest($3::text[]) with ordinality as partner (id, rank)
           left join partner_relations r
             on r.workspace_id = $1 and r.profile_id = p.id and r.partner_id = partner.id
           where p.workspace_id = $1 and p.id = $2
           order by partner.rank`,
    values: [workspace.id, profileId, workspace.settings.loyalty.partners.map(({ id }) => id)],
  })
  return rows
    .filter((row) => row.is_related)
    .map(({ partner_id: partnerId, changed_at: changedAt }) => ({
      number: relationNumber(workspace, profileId, partnerId),
      partnerId,
      changedAt,
    }))
}

/**
 * Says to which partners a profile is related and to which it is not; of the others nothing changes. Nothing is written
 * down where everybody is as it says.
 *
 * @returns the partners of which it was otherwise before
 */
export async function setPartnerRelations(
  connection: Connection,
  workspaceId: number,
  profileId: string,
  wanted: readonly { readonly partnerId: string; readonly isRelated: boolean }[],
): Promise<readonly string[]> {
  const { rows } = await connection.query<{ partner_id: string }>({
    name: 'set-partner-relations',
    text: `insert into partner_relations as r (workspace_id, profile_id, partner_id, is_related)
           select $1, $2, wanted.partner_id, wanted.is_related
           from unnest($3::text[], $4::boolean[]) as wanted (partner_id, is_related)
           where not wanted.is_related or exists (
             select from partner_relations o
             where o.workspace_id = $1 and o.profile_id = $2 and o.partner_id = wanted.partner_id
           )
           order by wanted.partner_id
           on conflict (workspace_id, profile_id, partner_id) do update
             set is_related = excluded.is_related, changed_at = clock_timestamp()
             where r.is_related <> excluded.is_related
           returning partner_id`,
    values: [
      workspaceId,
      profileId,
      wanted.map(({ partnerId }) => partnerId),
      wanted.map(({ isRelated }) => isRelated),
    ],
  })
  return rows.map((row) => row.partner_id)
}

export function relationNumber(workspace: Workspace, profileId: string, partnerId: string): string {
  return derivedNumber(workspace, `partner-record/${profileId}/${partnerId}`)
}
