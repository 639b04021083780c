import type { Connection } from '../../platform/postgres/database.ts'
import type { Hundredths } from '../amounts/hundredths.ts'
import type { MovementKind } from './movement.ts'

/** A movement with what reversing it needs. */
export interface BookedMovement {
  readonly id: string
  readonly kind: MovementKind
  /** Null: erased. */
  readonly profileId: string | null
  readonly pointTypeId: string
  readonly countedAt: Date
  readonly shareOf: string | null
  readonly isReversed: boolean
  readonly partnerId: string | null
  readonly storeId: string | null
  readonly purchaseNumber: string | null
  readonly grantNumber: string | null
  readonly lots: readonly BookedLot[]
}

export interface BookedLot {
  readonly id: string
  /** Whose it is now; null: it was erased. */
  readonly profileId: string | null
  readonly validTo: Date | null
  /** What the movement put into it, or took. */
  readonly amount: Hundredths
  /** What expired of it since. */
  readonly expired: Hundredths
}

export async function readBooked(
  connection: Connection,
  workspaceId: number,
  number: string,
): Promise<BookedMovement | undefined> {
  const { rows } = await connection.query<BookedRow>({
    name: 'read-booked',
    text: statement,
    values: [workspaceId, number],
  })
  const [row] = rows
  if (!row) return undefined
  return {
    id: row.id,
    kind: row.kind,
    profileId: row.profile_id,
    pointTypeId: row.point_type,
    countedAt: row.counted_at,
    shareOf: row.share_of,
    isReversed: row.is_reversed,
    partnerId: row.partner_id,
    storeId: row.store_id,
    purchaseNumber: row.purchase_number,
    grantNumber: row.grant_number,
    lots: row.lots.map((lot) => ({
      id: lot.id,
      profileId: lot.profile_id,
      validTo: lot.valid_to === null ? null : new Date(lot.valid_to),
      amount: lot.amount,
      expired: lot.expired,
    })),
  }
}

interface BookedRow {
  readonly id: string
  readonly kind: MovementKind
  readonly profile_id: string | null
  readonly point_type: string
  readonly counted_at: Date
  readonly share_of: string | null
  readonly is_reversed: boolean
  readonly partner_id: string | null
  readonly store_id: string | null
  readonly purchase_number: string | null
  readonly grant_number: string | null
  readonly lots: readonly {
    readonly id: string
    readonly profile_id: string | null
    readonly valid_to: string | null
    readonly amount: number
    readonly expired: number
  }[]
}

const statement = `
select m.id, m.kind, m.profile_id, m.point_type, m.counted_at, m.share_of, m.partner_id, m.store_id,
  m.purchase_number, m.grant_number,
  exists (select from points_movements r where r.workspace_id = $1 and r.reverses = m.id) as is_reversed,
  coalesce((
    select jsonb_agg(jsonb_build_object(
      'id', l.id::text, 'profile_id', l.profile_id, 'valid_to', l.valid_to, 'amount', e.amount,
      'expired', coalesce((
        select -sum(gone.amount) from points_entries gone
        join points_movements x on x.workspace_id = $1 and x.id = gone.movement_id and x.kind = 'expiry'
        where gone.workspace_id = $1 and gone.lot_id = l.id
      ), 0)
    ) order by e.line)
    from points_entries e join points_lots l on l.workspace_id = $1 and l.id = e.lot_id
    where e.workspace_id = $1 and e.movement_id = m.id
  ), '[]') as lots
from points_movements m where m.workspace_id = $1 and m.number = $2`
