import type { Connection } from '../../platform/postgres/database.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { isAmount } from './begin-booking.ts'
import { findPointType } from './find-point-type.ts'
import type { ReleaseRequest, ReservationUse, ReserveRequest, ReserveResult } from './ledger.ts'
import type { LedgerParts } from './ledger-parts.ts'
import { openWallets } from './open-wallets.ts'

export async function reserve(
  { clock }: LedgerParts,
  connection: Connection,
  workspace: Workspace,
  { externalId, profileId, pointTypeId, amount, expiresAt = null }: ReserveRequest,
): Promise<ReserveResult> {
  if (!isAmount(amount, 1)) return { refusal: 'amount-not-allowed' }
  const pointType = findPointType(workspace, pointTypeId)
  if (!pointType) return { refusal: 'unknown-point-type' }
  const now = clock.now()
  const opened = await openWallets(connection, workspace, {
    now,
    pointTypeId: pointType.id,
    profiles: [{ id: profileId, need: 0 }],
  })
  const [wallet] = opened.wallets
  if (!wallet) return { refusal: 'unknown-profile' }
  if (amount > wallet.balance - wallet.reserved) {
    return {
      refusal: (await isActive(connection, workspace.id, externalId, now)) ? taken : 'not-enough-points',
    }
  }
  // One that is past gives its external id up, whosever it is; two that ask at once meet in the unique index.
  await connection.query({
    name: 'end-past-reservation',
    text: `update points_reservations set state = 'expired', ended_at = $3
           where workspace_id = $1 and external_id = $2 and state = 'active' and expires_at <= $3`,
    values: [workspace.id, externalId, now],
  })
  const { rows } = await connection.query<{ number: string }>({
    name: 'insert-reservation',
    text: `with made as (
             insert into points_reservations (
               workspace_id, profile_id, point_type, external_id, quantity, expires_at, created_at
             )
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (workspace_id, external_id) where state = 'active' do nothing
             returning number
           ),
           changed as (
             update points_wallets set revision = revision + 1
             where workspace_id = $1 and profile_id = $2 and point_type = $3
           )
           select number from made`,
    values: [workspace.id, wallet.profileId, pointType.id, externalId, amount, expiresAt, now],
  })
  return rows[0] ? { reservation: rows[0].number } : { refusal: taken }
}

const taken = 'reservation-exists'

async function isActive(
  connection: Connection,
  workspaceId: number,
  externalId: string,
  now: Date,
): Promise<boolean> {
  const { rowCount } = await connection.query({
    name: 'active-reservation',
    text: `select from points_reservations
           where workspace_id = $1 and external_id = $2 and state = 'active'
             and (expires_at is null or expires_at > $3)`,
    values: [workspaceId, externalId, now],
  })
  return rowCount !== 0
}

/** Points become free by it, so nobody who holds the wallet need wait for it, nor it for them. */
export async function release(
  { clock }: LedgerParts,
  connection: Connection,
  workspace: Workspace,
  { externalId, profileIds }: ReleaseRequest,
): Promise<{ readonly refusal?: 'unknown-reservation' }> {
  const { rowCount } = await connection.query({
    name: 'release-reservation',
    text: `update points_reservations set state = 'released', ended_at = $3
           where workspace_id = $1 and external_id = $2 and state = 'active'
             and (expires_at is null or expires_at > $3) and ($4::uuid[] is null or profile_id = any ($4))`,
    values: [workspace.id, externalId, clock.now(), profileIds ?? null],
  })
  return rowCount === 0 ? { refusal: 'unknown-reservation' } : {}
}

/**
 * Locks the wallets of all that are named before the reservations, in the order in which everybody takes them; without
 * a reservation, as most bills are, nothing is locked.
 */
export async function useReservations(
  { clock }: LedgerParts,
  connection: Connection,
  workspace: Workspace,
  uses: readonly ReservationUse[],
): Promise<void> {
  const now = clock.now()
  const { rows: active } = await connection.query<{
    external_id: string
    profile_id: string
    point_type: string
  }>({
    name: 'reservations-to-use',
    text: `select r.external_id, r.profile_id, r.point_type from points_reservations r
           where r.workspace_id = $1 and r.external_id = any ($2) and r.state = 'active'
             and (r.expires_at is null or r.expires_at > $4)
             and (r.external_id, r.profile_id) in (
               select u.external_id, (select coalesce(
                 (select m.survivor_id from merged_profiles m where m.workspace_id = $1 and m.id = u.profile_id),
                 u.profile_id
               )) from unnest($2::text[], $3::uuid[]) as u (external_id, profile_id)
             )`,
    values: [
      workspace.id,
      uses.map(({ externalId }) => externalId),
      uses.map(({ profileId }) => profileId),
      now,
    ],
  })
  const [first] = active
  if (!first) return
  const profiles = uses.map(({ profileId }) => ({ id: profileId, need: 0 }))
  await openWallets(connection, workspace, { now, pointTypeId: first.point_type, profiles })
  await connection.query({
    name: 'use-reservations',
    text: `update points_reservations r set state = 'used', ended_at = $4
           from unnest($2::text[], $3::uuid[]) as u (external_id, profile_id)
           where r.workspace_id = $1 and r.external_id = u.external_id and r.profile_id = u.profile_id
             and r.state = 'active'`,
    values: [
      workspace.id,
      active.map(({ external_id }) => external_id),
      active.map(({ profile_id }) => profile_id),
      now,
    ],
  })
}
