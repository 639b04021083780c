import type { Database } from '../../../platform/postgres/database.ts'

/**
 * Workspaces with something to evaluate: new settings, profiles that are due or changed, or not all of them evaluated
 * since the rules are new.
 */
export async function waitingWorkspaces(database: Database, now: Date): Promise<readonly number[]> {
  return await database.asOwner(async (connection) => {
    const { rows } = await connection.query<{ id: number }>({
      name: 'workspaces-to-evaluate',
      text: statement,
      values: [now],
    })
    return rows.map(({ id }) => id)
  })
}

/** A workspace without rules has no segments of which any rule is left, so its changes are nobody's to read. */
const statement = `
select w.id from workspaces w
left join segment_evaluations s on s.workspace_id = w.id
where s.revision is distinct from w.revision
  or s.pass_after is not null
  or exists (
    select from jsonb_array_elements(w.settings -> 'segments') segment where segment ? 'where'
  ) and (
    exists (select from segment_dues d where d.workspace_id = w.id and d.due_at <= $1)
    or exists (
      select from profile_changes c
      where c.workspace_id = w.id and (c.transaction_id, c.id) > (s.transaction_id, s.change_id)
    )
  )`
