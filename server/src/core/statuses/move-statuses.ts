import type { Connection } from '../../platform/postgres/database.ts'
import type { ProfileMove } from '../profiles/profile-part.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { noPoints, type PointsByMonths, readPointsByMonths } from './points-by-months.ts'
import { firstRecordNumber, readStatus } from './read-status.ts'
import { renewStatuses } from './renew-statuses.ts'
import { letBestCount } from './standing-records.ts'
import { endOfStatus, rankOf, reachedStatus, type Status } from './status-rules.ts'

/** A record that stood with the profile that was merged away, as it was then; times and numbers as text. */
interface StandingRecord {
  readonly number: string
  readonly is_current: boolean
  readonly aside_since: string | null
  readonly valid_to: string | null
  readonly changed_at: string
}

export interface MovedStatuses {
  /** Numbers of all its records. */
  readonly moved: readonly string[]
  readonly standing: readonly StandingRecord[]
  /** The number of the record that the points of both made the survivor. */
  readonly made: string | null
  readonly at: string
}

/**
 * Makes all records of each `from` its `into`'s, and the best of those that stand count (S19): nobody loses by a merge
 * what an operator or points gave. Then the points that came along raise the survivor, as a movement of them would
 * (L103). Records that another one outranks wait aside, so that undoing the merge finds them as they were.
 *
 * The caller has locked the profiles, and moves their points afterwards.
 */
export async function moveStatuses(
  connection: Connection,
  workspace: Workspace,
  moves: readonly ProfileMove[],
  now: Date,
): Promise<ReadonlyMap<string, MovedStatuses>> {
  const ids = [...new Set(moves.flatMap(({ from, into }) => [from, into]))]
  const points = await readPointsByMonths(connection, workspace, ids, now)
  const bringing = moves.filter(({ from }) => [...(points.get(from)?.values() ?? [])].some((sum) => sum > 0))
  const owners = await whoHasRecords(connection, workspace.id, ids)
  if (bringing.length === 0 && !moves.some(({ from }) => owners.has(from))) return new Map()

  await renewStatuses(connection, workspace, now, ids)
  await writeFirstRecords(
    connection,
    workspace,
    moves.flatMap(({ into }) => (owners.has(into) ? [] : into)),
  )
  const moved = await moveRecords(connection, workspace.id, moves, now)
  const survivors = [...new Set(moves.map(({ into }) => into))]
  await letBestCount(connection, workspace, survivors, now)

  const made = new Map<string, string>()
  for (const into of new Set(bringing.map((move) => move.into))) {
    const all = [into, ...moves.flatMap((move) => (move.into === into ? move.from : []))]
    const reached = reachedStatus(workspace, sumOf(all.map((id) => points.get(id) ?? noPoints)))
    const record = await readStatus(connection, workspace, into)
    if (!reached || !record || rankOf(workspace, reached.id) <= rankOf(workspace, record.statusId)) continue
    made.set(into, await raise(connection, workspace, into, reached, now))
  }
  return new Map(
    moves.map(({ from, into }) => [
      from,
      {
        ...(moved.get(from) ?? { moved: [], standing: [] }),
        made: made.get(into) ?? null,
        at: now.toISOString(),
      },
    ]),
  )
}

/** Sums by window: one lies as long before now for the one as for the other. */
function sumOf(all: readonly PointsByMonths[]): PointsByMonths {
  const sums = new Map<number, number>()
  for (const [months, points] of all.flatMap((one) => [...one])) {
    sums.set(months, (sums.get(months) ?? 0) + points)
  }
  return sums
}

async function whoHasRecords(
  connection: Connection,
  workspaceId: number,
  profileIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await connection.query<{ id: string }>({
    name: 'who-has-status-records',
    text: `select id from unnest($2::uuid[]) as p (id)
           where (
             select true from status_records s where s.workspace_id = $1 and s.profile_id = p.id limit 1
           )`,
    values: [workspaceId, profileIds],
  })
  return new Set(rows.map(({ id }) => id))
}

/** Without it, a profile that has the records of another one would seem never to have had one of its own. */
async function writeFirstRecords(
  connection: Connection,
  workspace: Workspace,
  profileIds: readonly string[],
): Promise<void> {
  const [lowest] = workspace.settings.loyalty.statuses
  if (!lowest) return
  const ids = [...new Set(profileIds)]
  await connection.query({
    name: 'write-first-status-records',
    text: `insert into status_records (workspace_id, number, profile_id, status_id, valid_from, changed_at)
           select $1, f.number, f.id, $4, p.created_at, p.created_at
           from unnest($2::uuid[], $3::bigint[]) as f (id, number)
           cross join lateral (select created_at from profiles where workspace_id = $1 and id = f.id limit 1) p`,
    values: [workspace.id, ids, ids.map((id) => firstRecordNumber(workspace, id)), lowest.id],
  })
}

/** What was current steps aside: of the survivor's there is a current one already. */
async function moveRecords(
  connection: Connection,
  workspaceId: number,
  moves: readonly ProfileMove[],
  now: Date,
): Promise<ReadonlyMap<string, Pick<MovedStatuses, 'moved' | 'standing'>>> {
  const { rows } = await connection.query<
    { from_id: string } & Pick<MovedStatuses, 'moved'> & { standing: readonly StandingRecord[] | null }
  >({
    name: 'move-status-records',
    text: `with move as (select * from unnest($2::uuid[], $3::uuid[]) as m (from_id, into_id)),
           before as materialized (
             select * from status_records where workspace_id = $1 and profile_id = any ($2)
           ),
           moved as (
             update status_records s
             set profile_id = move.into_id, is_current = false,
               aside_since = case when s.is_current then $4 else s.aside_since end
             from move
             where s.workspace_id = $1 and s.profile_id = any ($2) and s.profile_id = move.from_id
           )
           select profile_id as from_id, array_agg(number::text) as moved,
             jsonb_agg(jsonb_build_object(
               'number', number::text, 'is_current', is_current, 'aside_since', aside_since, 'valid_to', valid_to,
               'changed_at', changed_at
             )) filter (where is_current or aside_since is not null) as standing
           from before group by profile_id`,
    values: [workspaceId, moves.map(({ from }) => from), moves.map(({ into }) => into), now],
  })
  return new Map(rows.map(({ from_id, moved, standing }) => [from_id, { moved, standing: standing ?? [] }]))
}

/** @returns the number of the new record */
async function raise(
  connection: Connection,
  workspace: Workspace,
  profileId: string,
  status: Status,
  from: Date,
): Promise<string> {
  const { rows } = await connection.query<{ number: string }>({
    name: 'raise-survivor',
    text: `with waiting as (
             update status_records set is_current = false, aside_since = $4
             where workspace_id = $1 and profile_id = $2 and is_current
             returning number
           )
           insert into status_records (workspace_id, profile_id, status_id, valid_from, valid_to)
           select $1, $2, $3, $4, $5 where (select count(*) from waiting) >= 0
           returning number::text as number`,
    values: [workspace.id, profileId, status.id, from, endOfStatus(workspace, status, from)],
  })
  if (!rows[0]) throw new Error('the database gave no number for a status record')
  return rows[0].number
}
