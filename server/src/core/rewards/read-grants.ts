import type { Connection } from '../../platform/postgres/database.ts'
import type { Grant, GrantRole, Worth } from './grant.ts'

/** Which grants of a profile are meant; all conditions hold. */
export interface GrantFilter {
  readonly profileId: string
  /** Only those that an event caused which a device sent under this binding. */
  readonly bindingId?: string
  readonly number?: string
  readonly rewardId?: string
  readonly eventNumber?: string
  readonly eventReference?: string
}

/** The grants that fit, oldest first (E104). */
export async function readGrants(
  connection: Connection,
  workspaceId: number,
  filter: GrantFilter,
): Promise<readonly Grant[]> {
  const { rows } = await connection.query<GrantRow>({
    name: 'read-grants',
    text: `select number, reward_id, profile_id, campaign_id, role, binding_id, event_number, worth, code, state,
             granted_at, expires_at, redeemed_at
           from grants
           where workspace_id = $1 and profile_id = $2
             and ($3::uuid is null or binding_id = $3)
             and ($4::bigint is null or number = $4)
             and ($5::text is null or reward_id = $5)
             and ($6::bigint is null or event_number = $6)
             and ($7::text is null or event_reference = $7)
           order by granted_at, number`,
    values: [
      workspaceId,
      filter.profileId,
      filter.bindingId ?? null,
      filter.number ?? null,
      filter.rewardId ?? null,
      filter.eventNumber ?? null,
      filter.eventReference ?? null,
    ],
  })
  return rows.map(grantOf)
}

interface GrantRow {
  readonly number: string
  readonly reward_id: string
  readonly profile_id: string
  readonly campaign_id: string | null
  readonly role: GrantRole | null
  readonly binding_id: string | null
  readonly event_number: string | null
  readonly worth: Worth
  readonly code: string | null
  readonly state: Grant['state']
  readonly granted_at: Date
  readonly expires_at: Date | null
  readonly redeemed_at: Date | null
}

function grantOf(row: GrantRow): Grant {
  return {
    number: row.number,
    rewardId: row.reward_id,
    profileId: row.profile_id,
    campaignId: row.campaign_id,
    role: row.role,
    bindingId: row.binding_id,
    eventNumber: row.event_number,
    worth: row.worth,
    code: row.code,
    state: row.state,
    grantedAt: row.granted_at,
    expiresAt: row.expires_at,
    redeemedAt: row.redeemed_at,
  }
}
