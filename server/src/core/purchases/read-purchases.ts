import type { Connection } from '../../platform/postgres/database.ts'
import type { Hundredths } from '../amounts/hundredths.ts'
import { listConditions } from '../lists/list-conditions.ts'
import type { ListPage, ListRequest } from '../lists/list-request.ts'
import { readPage } from '../lists/read-page.ts'
import type { PaymentType } from './bill.ts'

/** A purchase as it was booked: also one that was cancelled, and one that cancels (L113). */
export interface Purchase {
  /** The id that wires show, as text (S8). */
  readonly number: string
  readonly billId: string
  /** Null: anonymous, or of somebody who is gone. */
  readonly profileId: string | null
  readonly profileNumber: string | null
  readonly cardNumber: string | null
  readonly cancels: string | null
  readonly cancelledBy: string | null
  readonly storeId: string
  readonly cashdeskNumber: string | null
  readonly typeId: string
  readonly paymentType: PaymentType
  readonly paymentTime: Date
  readonly currency: string
  readonly totalPrice: Hundredths
  readonly paidPoints: Hundredths
  readonly earnedPoints: Hundredths
  readonly itemsCount: number
  readonly createdAt: Date
  readonly changedAt: Date
}

/** All conditions hold. */
export interface PurchaseFilter {
  /** Undefined: of everybody, also anonymous ones. */
  readonly profileIds?: readonly string[] | undefined
  readonly numbers?: readonly string[] | undefined
  readonly storeId?: string | undefined
  readonly typeId?: string | undefined
  readonly billId?: string | undefined
  /** Inclusive. */
  readonly paidFrom?: Date | undefined
  readonly paidTo?: Date | undefined
}

export type PurchaseOrder =
  | 'number'
  | 'billId'
  | 'profileNumber'
  | 'storeId'
  | 'paymentTime'
  | 'typeId'
  | 'totalPrice'
  | 'currency'
  | 'cardNumber'
  | 'cashdeskNumber'
  | 'itemsCount'
  | 'changedAt'

export async function listPurchases(
  connection: Connection,
  workspaceId: number,
  filter: PurchaseFilter,
  request: ListRequest<PurchaseOrder>,
): Promise<ListPage<Purchase>> {
  const page = await readPage<PurchaseRow, PurchaseOrder>(
    connection,
    {
      columns: `p.*, c.number as profile_number, ${itemsCount} as items_count`,
      from: 'purchases p left join profiles c on c.workspace_id = p.workspace_id and c.id = p.profile_id',
      ...listConditions(
        'p.workspace_id = $1',
        [workspaceId],
        [
          ['p.profile_id = any (?::uuid[])', filter.profileIds],
          ['p.number = any (?::bigint[])', filter.numbers],
          ['p.store_id = ?', filter.storeId],
          ['p.type_id = ?', filter.typeId],
          ['p.bill_id = ?', filter.billId],
          ['p.payment_time >= ?::timestamptz', filter.paidFrom],
          ['p.payment_time <= ?::timestamptz', filter.paidTo],
        ],
      ),
      orders: {
        number: 'p.number',
        billId: 'p.bill_id',
        profileNumber: 'c.number',
        storeId: 'p.store_id',
        paymentTime: 'p.payment_time',
        typeId: 'p.type_id',
        totalPrice: 'p.total_price',
        currency: 'p.currency',
        cardNumber: 'p.card_number',
        cashdeskNumber: 'p.cashdesk_number',
        itemsCount,
        changedAt: 'p.changed_at',
      },
      creation: 'p.created_at, p.number',
    },
    request,
  )
  return { items: page.items.map(purchaseOf), total: page.total }
}

const itemsCount = `(select count(*) from purchase_items i
  where i.workspace_id = $1 and i.purchase_number = p.number)::integer`

interface PurchaseRow {
  readonly number: string
  readonly bill_id: string
  readonly profile_id: string | null
  readonly profile_number: string | null
  readonly card_number: string | null
  readonly cancels: string | null
  readonly cancelled_by: string | null
  readonly store_id: string
  readonly cashdesk_number: string | null
  readonly type_id: string
  readonly payment_type: PaymentType
  readonly payment_time: Date
  readonly currency: string
  readonly total_price: string
  readonly paid_points: string
  readonly earned_points: string
  readonly items_count: number
  readonly created_at: Date
  readonly changed_at: Date
}

function purchaseOf(row: PurchaseRow): Purchase {
  return {
    number: row.number,
    billId: row.bill_id,
    profileId: row.profile_id,
    profileNumber: row.profile_number,
    cardNumber: row.card_number,
    cancels: row.cancels,
    cancelledBy: row.cancelled_by,
    storeId: row.store_id,
    cashdeskNumber: row.cashdesk_number,
    typeId: row.type_id,
    paymentType: row.payment_type,
    paymentTime: row.payment_time,
    currency: row.currency,
    totalPrice: Number(row.total_price),
    paidPoints: Number(row.paid_points),
    earnedPoints: Number(row.earned_points),
    itemsCount: row.items_count,
    createdAt: row.created_at,
    changedAt: row.changed_at,
  }
}
