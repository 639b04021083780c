import type { Hundredths } from '../amounts/hundredths.ts'
import { endOfLocalDayMonthsAfter } from '../local-time/local-time.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import type { PointsByMonths } from './points-by-months.ts'

export type Status = Workspace['settings']['loyalty']['statuses'][number]

/** The place of a status in the chain, lowest first; one that the workspace file no longer has stands below all. */
export function rankOf({ settings }: Workspace, statusId: string): number {
  return settings.loyalty.statuses.findIndex(({ id }) => id === statusId)
}

/** The highest status whose points are reached in its own window; undefined: the workspace has no statuses (L103). */
export function reachedStatus({ settings }: Workspace, points: PointsByMonths): Status | undefined {
  const { statuses } = settings.loyalty
  return statuses.findLast((status) => isReached(status, points)) ?? statuses[0]
}

export function isReached(status: Status, points: PointsByMonths): boolean {
  return (points.get(status.qualificationMonths) ?? 0) >= qualificationPoints(status)
}

/** How many points are still missing for a status, at least 0 (L105). */
export function missingPoints(status: Status, points: PointsByMonths): Hundredths {
  return Math.max(0, qualificationPoints(status) - (points.get(status.qualificationMonths) ?? 0))
}

function qualificationPoints(status: Status): Hundredths {
  return status.qualificationPoints * 100
}

/** The end of the local day so many months after it was reached; null for the lowest, which never ends (L104). */
export function endOfStatus(workspace: Workspace, status: Status, from: Date): Date | null {
  const { loyalty, timeZone } = workspace.settings
  if (loyalty.statuses[0]?.id === status.id) return null
  return endOfLocalDayMonthsAfter(from, status.qualificationMonths, timeZone)
}
