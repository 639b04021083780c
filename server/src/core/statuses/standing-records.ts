import type { Connection } from '../../platform/postgres/database.ts'
import type { Workspace } from '../workspaces/workspace.ts'

/**
 * Of the records that stand with a profile the best counts, and the others wait aside: one that has not ended by now,
 * of the highest status, and among equals the one that lasts longest, then the eldest. Which one counted before does not
 * matter, so that undoing a merge finds the same one again. The caller has locked the profiles.
 */
export async function letBestCount(
  connection: Connection,
  workspace: Workspace,
  profileIds: readonly string[],
  now: Date,
): Promise<void> {
  await connection.query({
    name: 'let-best-status-count',
    text: `with ranked as materialized (
             select number, is_current, row_number() over (
               partition by profile_id
               order by coalesce(valid_to >= $3, true) desc, array_position($4::text[], status_id) desc nulls last,
                 coalesce(valid_to, 'infinity') desc, valid_from, number
             ) = 1 as is_best
             from status_records
             where workspace_id = $1 and profile_id = any ($2::uuid[]) and (is_current or aside_since is not null)
           ),
           waiting as (
             update status_records s set is_current = false, aside_since = $3
             from ranked
             where s.workspace_id = $1 and s.number = any (array(select number from ranked))
               and s.number = ranked.number and ranked.is_current and not is_best
             returning s.number
           )
           update status_records s set is_current = true, aside_since = null
           from ranked
           where s.workspace_id = $1 and s.number = any (array(select number from ranked))
             and s.number = ranked.number and is_best and not ranked.is_current
             -- After the others have stepped aside: there is one current record.
             and (select count(*) from waiting) >= 0`,
    values: [workspace.id, profileIds, now, workspace.settings.loyalty.statuses.map(({ id }) => id)],
  })
}
