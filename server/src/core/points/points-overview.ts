import type { Connection } from '../../platform/postgres/database.ts'
import type { Hundredths } from '../amounts/hundredths.ts'
import { endOfLocalDay, startOfLocalDay } from '../local-time/local-time.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { findPointType } from './find-point-type.ts'

export interface OverviewRequest {
  readonly profileId: string
  readonly pointTypeId?: string | undefined
  /** Local days, `YYYY-MM-DD`, both inclusive. */
  readonly fromDay?: string | undefined
  readonly toDay?: string | undefined
}

/**
 * What a profile earned and redeemed (L100): positive movements other than returns, and what was spent, given away or
 * synchronised off; expiry and the settling of debts are neither. A cancellation takes back what was booked, on the
 * day on which that was booked, so that no window has less than nothing.
 */
export async function readPointsOverview(
  connection: Connection,
  workspace: Workspace,
  { profileId, pointTypeId, fromDay, toDay }: OverviewRequest,
): Promise<{ readonly earned: Hundredths; readonly redeemed: Hundredths }> {
  const { timeZone } = workspace.settings
  const { rows } = await connection.query<{ earned: string; redeemed: string }>({
    name: 'points-overview',
    text: `select coalesce(sum(earned), 0) as earned, coalesce(sum(redeemed), 0) as redeemed
           from points_movements
           where workspace_id = $1 and profile_id = $2 and point_type = $3
             and ($4::timestamptz is null or counted_at >= $4)
             and ($5::timestamptz is null or counted_at < $5::timestamptz + interval '1 second')`,
    values: [
      workspace.id,
      profileId,
      findPointType(workspace, pointTypeId)?.id ?? null,
      fromDay === undefined ? null : startOfLocalDay(fromDay, timeZone),
      toDay === undefined ? null : endOfLocalDay(toDay, timeZone),
    ],
  })
  return { earned: Number(rows[0]?.earned ?? 0), redeemed: Number(rows[0]?.redeemed ?? 0) }
}
