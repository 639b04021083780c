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
    text: `select ${grantColumns} from grants
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

/** What a grant is read from, in every query of this folder. */
export const grantColumns = `number, reward_id, profile_id,
  (select p.number from profiles p where p.workspace_id = $1 and p.id = profile_id) as profile_number,
  campaign_id, role, binding_id, event_number, worth, code, state, granted_at, expires_at, redeemed_at,
  coalesce(valid_from, granted_at) as valid_from, note, store_id, purchase_number, discount, cost_movement, changed_at`

export interface GrantRow {
  readonly number: string
  readonly reward_id: string
  readonly profile_id: string
  readonly profile_number: string | null
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
  readonly valid_from: Date
  readonly note: string | null
  readonly store_id: string | null
  readonly purchase_number: string | null
  readonly discount: string | null
  readonly cost_movement: string | null
  readonly changed_at: Date
}

export function grantOf(row: GrantRow): Grant {
  return {
    number: row.number,
    rewardId: row.reward_id,
    profileId: row.profile_id,
    profileNumber: row.profile_number,
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
    validFrom: row.valid_from,
    note: row.note,
    storeId: row.store_id,
    purchaseNumber: row.purchase_number,
    discount: row.discount === null ? null : Number(row.discount),
    costMovement: row.cost_movement,
    changedAt: row.changed_at,
  }
}
