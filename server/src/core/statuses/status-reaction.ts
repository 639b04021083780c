import { localMonthsBefore } from '../local-time/local-time.ts'
import type { MovementReaction } from '../points/ledger.ts'
import type { Movement } from '../points/movement.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { changeStatuses, type StatusChange } from './change-status.ts'
import { currentStatuses } from './current-status.ts'
import { noPoints, type PointsByMonths, readPointsByMonths } from './points-by-months.ts'
import type { StatusRecord } from './status-record.ts'
import { endOfStatus, isReached, rankOf, reachedStatus } from './status-rules.ts'

/**
 * Brings profiles' statuses up to date in the transaction of movements of their points: one rises as soon as it has the
 * points (L103), and ends at once where a cancellation takes them below it, unless an operator set it (L104). Of what
 * is booked at once, at most one movement of a profile changes its qualifying points.
 */
export const statusReaction: MovementReaction = async (connection, workspace, movements) => {
  if (workspace.settings.loyalty.statuses.length === 0) return
  const qualifying = movements.filter((movement) => movement.qualifying !== 0)
  const [first] = qualifying
  if (!first) return
  const now = first.bookedAt
  const profileIds = qualifying.map(({ profileId }) => profileId)
  // One that has ended by now was set anew before these movements.
  const records = await currentStatuses(connection, workspace, profileIds, now)
  const points = await readPointsByMonths(connection, workspace, profileIds, now)
  const changes = qualifying.flatMap((movement) => {
    const record = records.get(movement.profileId)
    if (!record) return []
    return changeBy(workspace, record, movement, points.get(movement.profileId) ?? noPoints) ?? []
  })
  if (changes.length > 0) await changeStatuses(connection, workspace, changes)
}

/** What becomes of the status that a profile holds, by a movement after which it has these points. */
function changeBy(
  workspace: Workspace,
  record: StatusRecord,
  movement: Movement,
  points: PointsByMonths,
): StatusChange | undefined {
  const reached = reachedStatus(workspace, points)
  if (!reached) return undefined
  const rank = rankOf(workspace, reached.id)
  const held = rankOf(workspace, record.statusId)
  if (rank === held || (rank < held && !endsStatus(workspace, record, movement, points))) return undefined
  const { profileId, bookedAt: from } = movement
  const to = endOfStatus(workspace, reached, from)
  return { profileId, statusId: reached.id, from, endsFormer: from, to, isSet: false }
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
