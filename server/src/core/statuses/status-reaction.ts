import type { Connection } from '../../platform/postgres/database.ts'
import { localMonthsBefore } from '../local-time/local-time.ts'
import type { MovementReaction } from '../points/ledger.ts'
import type { Movement } from '../points/movement.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { changeStatuses } from './change-status.ts'
import { currentStatus } from './current-status.ts'
import { noPoints, type PointsByMonths, readPointsByMonths } from './points-by-months.ts'
import { endOfStatus, isReached, rankOf, reachedStatus, type Status } from './status-rules.ts'

/**
 * Brings a profile's status up to date in the transaction of a movement of its points: it rises as soon as it has the
 * points (L103), and ends at once where a cancellation takes them below it, unless an operator set it (L104).
 */
export const statusReaction: MovementReaction = async (connection, workspace, movement) => {
  if (movement.qualifying === 0 || workspace.settings.loyalty.statuses.length === 0) return
  const { profileId, bookedAt: now } = movement
  // One that has ended by now was set anew before this movement.
  const record = await currentStatus(connection, workspace, profileId, now)
  if (!record) return
  const points =
    (await readPointsByMonths(connection, workspace, [profileId], now)).get(profileId) ?? noPoints
  const reached = reachedStatus(workspace, points)
  if (!reached) return
  const rank = rankOf(workspace, reached.id)
  const held = rankOf(workspace, record.statusId)
  if (rank === held || (rank < held && !endsStatus(workspace, record, movement, points))) return
  await giveStatus(connection, workspace, profileId, reached, now)
}

/** What a cancellation takes from a status is what the status rested on: points that had left the window did not count. */
function endsStatus(
  { settings }: Workspace,
  record: { readonly statusId: string; readonly isSet: boolean },
  { qualifying, countedAt, bookedAt }: Movement,
  points: PointsByMonths,
): boolean {
  if (qualifying > 0 || record.isSet) return false
  const status = settings.loyalty.statuses.find(({ id }) => id === record.statusId)
  if (!status || isReached(status, points)) return false
  const months = status.qualificationMonths
  if (countedAt < localMonthsBefore(bookedAt, months, settings.timeZone)) return false
  const before = (points.get(months) ?? 0) - qualifying
  return isReached(status, new Map([[months, before]]))
}

async function giveStatus(
  connection: Connection,
  workspace: Workspace,
  profileId: string,
  status: Status,
  from: Date,
): Promise<void> {
  const to = endOfStatus(workspace, status, from)
  const change = { profileId, statusId: status.id, from, endsFormer: from, to, isSet: false }
  await changeStatuses(connection, workspace, [change])
}
