import type { Connection } from '../../platform/postgres/database.ts'
import type { Hundredths } from '../amounts/hundredths.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { findPointType } from './find-point-type.ts'

export interface ExpirationRequest {
  readonly profileId: string
  readonly now: Date
  readonly pointTypeId?: string | undefined
}

export interface ExpirationOverview {
  /** The next local day on which points expire, `YYYY-MM-DD`, and how many; null and 0 where none will. */
  readonly nextDay: string | null
  readonly nextAmount: Hundredths
  /** How many expire in what is left of the current local month. */
  readonly currentMonthAmount: Hundredths
}

/** When a profile's points expire (L101). What has expired and is not booked yet counts in neither. */
export async function readExpirationOverview(
  connection: Connection,
  workspace: Workspace,
  { profileId, now, pointTypeId }: ExpirationRequest,
): Promise<ExpirationOverview> {
  const { rows } = await connection.query<{ day: string; amount: string; is_this_month: boolean }>({
    name: 'points-expiration-overview',
    text: `select to_char(valid_to at time zone $5, 'YYYY-MM-DD') as day, sum(remaining) as amount,
             bool_and(to_char(valid_to at time zone $5, 'YYYY-MM')
               = to_char($4::timestamptz at time zone $5, 'YYYY-MM')) as is_this_month
           from points_lots
           where workspace_id = $1 and profile_id = $2 and point_type = $3 and remaining > 0 and valid_to >= $4
           group by 1 order by 1`,
    values: [
      workspace.id,
      profileId,
      findPointType(workspace, pointTypeId)?.id ?? null,
      now,
      workspace.settings.timeZone,
    ],
  })
  const [next] = rows
  return {
    nextDay: next?.day ?? null,
    nextAmount: Number(next?.amount ?? 0),
    currentMonthAmount: rows
      .filter(({ is_this_month }) => is_this_month)
      .reduce((sum, { amount }) => sum + Number(amount), 0),
  }
}
