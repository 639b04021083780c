import type { Connection } from '../../platform/postgres/database.ts'
import type { Hundredths } from '../amounts/hundredths.ts'
import { listConditions } from '../lists/list-conditions.ts'
import type { ListPage, ListRequest } from '../lists/list-request.ts'
import { readPage } from '../lists/read-page.ts'
import type { MovementKind } from './movement.ts'

/** All conditions hold; those that are absent do not matter. */
export interface MovementFilter {
  readonly numbers?: readonly string[] | undefined
  readonly profileIds?: readonly string[] | undefined
  readonly pointTypeId?: string | undefined
  readonly kinds?: readonly MovementKind[] | undefined
  /** In which order movements are sorted by their kind: by what a wire calls the kinds. */
  readonly kindOrder?: readonly MovementKind[] | undefined
  /** Of its note, without regard to case. */
  readonly notePart?: string | undefined
  readonly partnerId?: string | undefined
  readonly storeId?: string | undefined
  readonly purchaseNumber?: string | undefined
  readonly grantNumber?: string | undefined
  /** Both inclusive. */
  readonly bookedFrom?: Date | undefined
  readonly bookedTo?: Date | undefined
}

export type MovementOrder =
  | 'number'
  | 'profileNumber'
  | 'pointTypeId'
  | 'kind'
  | 'amount'
  | 'available'
  | 'partnerId'
  | 'storeId'
  | 'validTo'
  | 'lotHasExpired'
  | 'note'
  | 'bookedAt'

/** A movement with the lot that it opened (L95). */
export interface ListedMovement {
  readonly number: string
  readonly profileId: string
  readonly profileNumber: string
  readonly pointTypeId: string
  readonly kind: MovementKind
  readonly amount: Hundredths
  /** What is left of the lot that it opened; 0 without one. */
  readonly available: Hundredths
  /** The last moment of that lot; of an expiry, of the lot that expired. Null: none, or it does not expire. */
  readonly validTo: Date | null
  /** It opened a lot, which is past its last moment. */
  readonly lotHasExpired: boolean
  readonly note: string | null
  readonly partnerId: string | null
  readonly storeId: string | null
  readonly purchaseNumber: string | null
  readonly grantNumber: string | null
  readonly bookedAt: Date
}

/**
 * Movements of living profiles, in the order of booking. Of one profile and point type the sum of `available` is that
 * of `amount`, and both are the balance (L95). A synchronisation that found no difference is left out.
 */
export async function listMovements(
  connection: Connection,
  workspaceId: number,
  filter: MovementFilter,
  now: Date,
  request: ListRequest<MovementOrder>,
): Promise<ListPage<ListedMovement>> {
  const page = await readPage<ListedRow, MovementOrder>(
    connection,
    {
      columns: `m.number, m.profile_id, p.number as profile_number, m.point_type, m.kind, m.amount,
        coalesce(l.remaining, 0) as available, coalesce(l.valid_to, expired.valid_to) as valid_to,
        ${lotHasExpired} as lot_has_expired, m.note, m.partner_id, m.store_id, m.purchase_number, m.grant_number,
        m.booked_at`,
      from: `points_movements m
        left join profiles p on p.workspace_id = m.workspace_id and p.id = m.profile_id
        left join points_lots l on l.workspace_id = m.workspace_id and l.id = m.id
        left join points_entries e on e.workspace_id = m.workspace_id and e.movement_id = m.id and e.line = 1
          and m.kind = 'expiry'
        left join points_lots expired on expired.workspace_id = m.workspace_id and expired.id = e.lot_id`,
      ...listConditions(
        shown,
        [workspaceId, now, filter.kindOrder ?? []],
        [
          ['m.number = any (?)', filter.numbers],
          ['m.profile_id = any (?)', filter.profileIds],
          ['m.point_type = ?', filter.pointTypeId],
          ['m.kind = any (?)', filter.kinds],
          ['strpos(lower(m.note collate "und-x-icu"), lower(? collate "und-x-icu")) > 0', filter.notePart],
          ['m.partner_id = ?', filter.partnerId],
          ['m.store_id = ?', filter.storeId],
          ['m.purchase_number = ?', filter.purchaseNumber],
          ['m.grant_number = ?', filter.grantNumber],
          ['m.booked_at >= ?', filter.bookedFrom],
          ['m.booked_at <= ?', filter.bookedTo],
        ],
      ),
      orders,
      creation: 'm.id',
    },
    request,
  )
  return { items: page.items.map(listedOf), total: page.total }
}

const shown = `m.workspace_id = $1 and $2::timestamptz is not null and $3::text[] is not null and m.profile_id is not null
  and not (m.kind = 'synchronisation' and m.amount = 0)`
const lotHasExpired = 'coalesce(l.valid_to < $2, false)'

const orders: Readonly<Record<MovementOrder, string>> = {
  number: 'm.number',
  profileNumber: 'p.number',
  pointTypeId: 'm.point_type',
  kind: 'array_position($3, m.kind)',
  amount: 'm.amount',
  available: 'coalesce(l.remaining, 0)',
  partnerId: 'm.partner_id',
  storeId: 'm.store_id',
  validTo: 'coalesce(l.valid_to, expired.valid_to)',
  lotHasExpired,
  note: 'm.note',
  bookedAt: 'm.booked_at',
}

interface ListedRow {
  readonly number: string
  readonly profile_id: string
  readonly profile_number: string
  readonly point_type: string
  readonly kind: MovementKind
  readonly amount: string
  readonly available: string
  readonly valid_to: Date | null
  readonly lot_has_expired: boolean
  readonly note: string | null
  readonly partner_id: string | null
  readonly store_id: string | null
  readonly purchase_number: string | null
  readonly grant_number: string | null
  readonly booked_at: Date
}

function listedOf(row: ListedRow): ListedMovement {
  return {
    number: row.number,
    profileId: row.profile_id,
    profileNumber: row.profile_number,
    pointTypeId: row.point_type,
    kind: row.kind,
    amount: Number(row.amount),
    available: Number(row.available),
    validTo: row.valid_to,
    lotHasExpired: row.lot_has_expired,
    note: row.note,
    partnerId: row.partner_id,
    storeId: row.store_id,
    purchaseNumber: row.purchase_number,
    grantNumber: row.grant_number,
    bookedAt: row.booked_at,
  }
}
