import type { Connection } from '../../platform/postgres/database.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { changeStatuses, type StatusChange } from './change-status.ts'
import { noPoints, readPointsByMonths } from './points-by-months.ts'
import { endOfStatus, reachedStatus } from './status-rules.ts'

const mostAtOnce = 1000

/**
 * Sets statuses of profiles anew whose end has passed, by the points that the window held at that end (L104), in the
 * caller's transaction. Whoever shows or counts by a status calls it first, so that the regular job only tidies up.
 */
export async function renewStatuses(
  connection: Connection,
  workspace: Workspace,
  now: Date,
  profileIds: readonly string[],
): Promise<void> {
  let due: readonly DueRecord[]
  do {
    due = await takeDue(connection, workspace, now, profileIds)
    await renew(connection, workspace, due)
    // One that was set anew may have ended as well, where nobody looked for years.
  } while (due.length > 0)
}

/**
 * The same for some of all profiles. Records that somebody else works on are left to them.
 *
 * @returns whether there may be more
 */
export async function renewSomeStatuses(
  connection: Connection,
  workspace: Workspace,
  now: Date,
): Promise<boolean> {
  const due = await takeDue(connection, workspace, now, 'some')
  await renew(connection, workspace, due)
  return due.length > 0
}

interface DueRecord {
  readonly profile_id: string
  readonly valid_to: Date
}

async function renew(connection: Connection, workspace: Workspace, due: readonly DueRecord[]): Promise<void> {
  const byEnd = Map.groupBy(due, ({ valid_to }) => valid_to.getTime())
  for (const [end, records] of byEnd) {
    const endsFormer = new Date(end)
    // The next second: a status is valid to the last one of a day.
    const from = new Date(end + 1000)
    const ids = records.map(({ profile_id }) => profile_id)
    const points = await readPointsByMonths(connection, workspace, ids, endsFormer, { counted: endsFormer })
    const changes = ids.flatMap((profileId): StatusChange[] => {
      const status = reachedStatus(workspace, points.get(profileId) ?? noPoints)
      if (!status) return []
      const to = endOfStatus(workspace, status, from)
      return [{ profileId, statusId: status.id, from, endsFormer, to, isSet: false }]
    })
    await changeStatuses(connection, workspace, changes)
  }
}

/**
 * Profiles are locked before their records: a record that is made while its profile is merged away would stay behind
 * with nobody.
 */
async function takeDue(
  connection: Connection,
  workspace: Workspace,
  now: Date,
  of: readonly string[] | 'some',
): Promise<readonly DueRecord[]> {
  // Without statuses nothing is renewed, and what ended once stays due.
  if (workspace.settings.loyalty.statuses.length === 0) return []
  const isSome = of === 'some'
  const due = `workspace_id = $1 and is_current and valid_to < $2`
  const passed = isSome ? 'skip locked' : ''
  const { rows } = await connection.query<{ id: string }>({
    name: isSome ? 'lock-some-with-due-statuses' : 'lock-with-due-statuses',
    text: `select p.id from (
             select profile_id from status_records where ${due} ${isSome ? '' : 'and profile_id = any ($3)'}
             order by valid_to limit ${mostAtOnce}
           ) s
           cross join lateral (
             select id from profiles where workspace_id = $1 and id = s.profile_id for key share ${passed}
           ) p`,
    values: isSome ? [workspace.id, now] : [workspace.id, now, of],
  })
  if (rows.length === 0) return []
  const taken = await connection.query<DueRecord>({
    name: isSome ? 'take-some-due-statuses' : 'take-due-statuses',
    text: `select profile_id, valid_to from status_records where ${due} and profile_id = any ($3)
           order by profile_id for update ${passed}`,
    values: [workspace.id, now, rows.map(({ id }) => id)],
  })
  return taken.rows
}
