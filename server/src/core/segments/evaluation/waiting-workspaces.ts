import type { Connection } from '../../../platform/postgres/database.ts'

/**
 * Workspaces with something to evaluate: new settings, profiles that are due or changed, or not all of them evaluated
 * since the rules are new.
 *
 * @param connection one that sees all workspaces
 */
export async function waitingWorkspaces(connection: Connection, now: Date): Promise<readonly number[]> {
  const { rows } = await connection.query<{ id: number }>({
    name: 'workspaces-to-evaluate',
    text: statement,
    values: [now],
  })
  return rows.map(({ id }) => id)
}

/**
 * One step in an index for each workspace and reason. Written as "exists" it reads the same, but is planned as a scan of
 * all changes of a week, and of all that is due anywhere, every second: a third of the rows is taken to lie behind a place.
 *
 * A workspace without rules has no segments of which any rule is left, so its changes are nobody's to read.
 */
const statement = `
select w.id from workspaces w
left join segment_evaluations s on s.workspace_id = w.id
left join lateral (
  select true as is_there from segment_dues d where d.workspace_id = w.id and d.due_at <= $1
  order by d.due_at limit 1
) due on true
left join lateral (
  select true as is_there from profile_changes c
  where c.workspace_id = w.id and (c.transaction_id, c.id) > (s.transaction_id, s.change_id)
  order by c.transaction_id, c.id limit 1
) changed on true
where s.revision is distinct from w.revision
  or s.pass_after is not null
  or (due.is_there or changed.is_there) and exists (
    select from jsonb_array_elements(w.settings -> 'segments') segment where segment ? 'where'
  )`
