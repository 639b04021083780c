import type { Connection } from '../../platform/postgres/database.ts'
import type { Hundredths } from '../amounts/hundredths.ts'
import { type QualifyingUntil, readQualifyingPoints } from '../points/qualifying-points.ts'
import type { Workspace } from '../workspaces/workspace.ts'

/** Qualifying points by the length of the window in months (L103). */
export type PointsByMonths = ReadonlyMap<number, Hundredths>

export const noPoints: PointsByMonths = new Map()

/**
 * The qualifying points of profiles in every window that a status of the workspace asks for; by profile.
 */
export async function readPointsByMonths(
  connection: Connection,
  workspace: Workspace,
  profileIds: readonly string[],
  now: Date,
  until?: QualifyingUntil,
): Promise<ReadonlyMap<string, PointsByMonths>> {
  const { statuses } = workspace.settings.loyalty
  const byProfile = new Map(profileIds.map((id) => [id, new Map<number, Hundredths>()]))
  for (const months of new Set(statuses.map(({ qualificationMonths }) => qualificationMonths))) {
    const points = await readQualifyingPoints(connection, workspace, { profileIds, months, now, until })
    for (const [profileId, amount] of points) byProfile.get(profileId)?.set(months, amount)
  }
  return byProfile
}
