import type { Connection } from '../../platform/postgres/database.ts'
import type { Hundredths } from '../amounts/hundredths.ts'
import { listConditions } from '../lists/list-conditions.ts'
import type { ListPage, ListRequest } from '../lists/list-request.ts'
import { readPage } from '../lists/read-page.ts'

export interface ReservationFilter {
  readonly numbers?: readonly string[] | undefined
  readonly profileIds?: readonly string[] | undefined
  readonly externalId?: string | undefined
}

export type ReservationOrder =
  | 'number'
  | 'profileNumber'
  | 'externalId'
  | 'quantity'
  | 'expiresAt'
  | 'state'
  | 'changedAt'

export interface Reservation {
  readonly number: string
  readonly profileId: string
  readonly profileNumber: string
  readonly externalId: string
  readonly quantity: Hundredths
  readonly expiresAt: Date | null
  /** `ended`: released, or used by a bill (L115). */
  readonly state: 'active' | 'ended' | 'expired'
  readonly changedAt: Date
}

/** Reservations, in the order in which they were made (L98). */
export async function listReservations(
  connection: Connection,
  workspaceId: number,
  { numbers, profileIds, externalId }: ReservationFilter,
  now: Date,
  request: ListRequest<ReservationOrder>,
): Promise<ListPage<Reservation>> {
  const page = await readPage<ReservationRow, ReservationOrder>(
    connection,
    {
      columns: `r.number, r.profile_id, p.number as profile_number, r.external_id, r.quantity, r.expires_at,
        ${state} as state, ${changedAt} as changed_at`,
      from: `points_reservations r
        left join profiles p on p.workspace_id = r.workspace_id and p.id = r.profile_id`,
      ...listConditions(
        'r.workspace_id = $1 and $2::timestamptz is not null',
        [workspaceId, now],
        [
          ['r.number = any (?)', numbers],
          ['r.profile_id = any (?)', profileIds],
          ['r.external_id = ?', externalId],
        ],
      ),
      orders: {
        number: 'r.number',
        profileNumber: 'p.number',
        externalId: 'r.external_id',
        quantity: 'r.quantity',
        expiresAt: 'r.expires_at',
        state: stateRank,
        changedAt,
      },
      creation: 'r.created_at, r.number',
    },
    request,
  )
  return { items: page.items.map(reservationOf), total: page.total }
}

const state = `case
  when r.state = 'expired' or r.state = 'active' and r.expires_at <= $2 then 'expired'
  when r.state = 'active' then 'active'
  else 'ended' end`
/** Those that ended before those that are active, expired ones last. */
const stateRank = `case ${state} when 'ended' then 0 when 'active' then 1 else 2 end`
const changedAt = 'coalesce(r.ended_at, r.created_at)'

interface ReservationRow {
  readonly number: string
  readonly profile_id: string
  readonly profile_number: string
  readonly external_id: string
  readonly quantity: string
  readonly expires_at: Date | null
  readonly state: Reservation['state']
  readonly changed_at: Date
}

function reservationOf(row: ReservationRow): Reservation {
  return {
    number: row.number,
    profileId: row.profile_id,
    profileNumber: row.profile_number,
    externalId: row.external_id,
    quantity: Number(row.quantity),
    expiresAt: row.expires_at,
    state: row.state,
    changedAt: row.changed_at,
  }
}
