import type { Connection } from '../../platform/postgres/database.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { changeStatuses } from './change-status.ts'
import { noPoints, type PointsByMonths, readPointsByMonths } from './points-by-months.ts'
import { readStatus } from './read-status.ts'
import { endOfStatus, isReached, rankOf, reachedStatus } from './status-rules.ts'

/**
 * Brings statuses up to date with the points that there are, as movements since a time would have done one by one: where
 * there are more than then, they raise (L103), and where there are fewer, that ends what rested on them, but not what an
 * operator set (L104).
 */
export async function followPoints(
  connection: Connection,
  workspace: Workspace,
  profileIds: readonly string[],
  { since, now }: { readonly since: Date; readonly now: Date },
): Promise<void> {
  const [after, before] = [
    await readPointsByMonths(connection, workspace, profileIds, now),
    await readPointsByMonths(connection, workspace, profileIds, now, { booked: since }),
  ]
  for (const profileId of profileIds) {
    const points = after.get(profileId) ?? noPoints
    const former = before.get(profileId) ?? noPoints
    const record = await readStatus(connection, workspace, profileId)
    const reached = reachedStatus(workspace, points)
    if (!record || !reached) continue
    const rise = rankOf(workspace, reached.id) - rankOf(workspace, record.statusId)
    const rises = rise > 0 && hasMore(points, former)
    const falls = rise < 0 && ends(workspace, record, points, former)
    if (!rises && !falls) continue
    const to = endOfStatus(workspace, reached, now)
    await changeStatuses(connection, workspace, [
      { profileId, statusId: reached.id, from: now, endsFormer: now, to, isSet: false },
    ])
  }
}

function hasMore(points: PointsByMonths, former: PointsByMonths): boolean {
  return [...points].some(([months, sum]) => sum > (former.get(months) ?? 0))
}

function ends(
  { settings }: Workspace,
  { statusId, isSet }: { readonly statusId: string; readonly isSet: boolean },
  points: PointsByMonths,
  former: PointsByMonths,
): boolean {
  const status = settings.loyalty.statuses.find(({ id }) => id === statusId)
  return !isSet && status !== undefined && !isReached(status, points) && isReached(status, former)
}
