import { formatHundredths } from '../../../core/amounts/hundredths.ts'
import type { ListedMovement, MovementOrder } from '../../../core/points/list-movements.ts'
import type { MovementKind } from '../../../core/points/movement.ts'
import type { Purchase } from '../../../core/purchases/read-purchases.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'
import type { Presented } from '../lists/list-in-memory.ts'
import type { SortFields } from '../lists/list-query.ts'
import { presentTime } from '../values/times.ts'

/** The texts of L100. A write-off ends the points of somebody who is gone: nobody sees one. */
export const operationTypes = {
  addition: 'Points addition',
  redemption: 'Points redemption',
  purchase: 'Purchase',
  payment: 'Purchase payment',
  cancellation: 'Purchase cancellation',
  grant: 'Voucher',
  'grant-refund': 'Voucher refund',
  transfer: 'Points transfer',
  synchronisation: 'Points synchronization',
  expiry: 'Points expiration',
  'debt-settlement': 'Points debt settlement',
  'write-off': 'Points write-off',
} as const satisfies Record<MovementKind, string>

/** Fields by which movements are sorted (L38). */
export const movementOrders: SortFields<MovementOrder> = {
  point_id: 'number',
  customer_id: 'profileNumber',
  assigned_points: 'amount',
  available_points: 'available',
  point_type_id: 'pointTypeId',
  partner_id: 'partnerId',
  valid_to: 'validTo',
  state: 'lotHasExpired',
  created_at: 'bookedAt',
  note: 'note',
  last_change: 'bookedAt',
}

/** A movement as a point (L95). */
export function presentMovement(movement: ListedMovement, workspace: Workspace): Presented {
  return {
    point_id: movement.number,
    customer_id: movement.profileNumber,
    assigned_points: formatHundredths(movement.amount),
    available_points: formatHundredths(movement.available),
    point_type_id: movement.pointTypeId,
    partner_id: movement.partnerId,
    valid_to: presentTime(movement.validTo, workspace),
    created_at: presentTime(movement.bookedAt, workspace),
    note: movement.note,
    last_change: presentTime(movement.bookedAt, workspace),
    state: movement.lotHasExpired ? 2 : 1,
  }
}

/** Fields by which the history is sorted. */
export const historyOrders: SortFields<MovementOrder> = {
  customer_id: 'profileNumber',
  point_amount: 'amount',
  point_operation_type: 'kind',
  point_operation_note: 'note',
  point_type_id: 'pointTypeId',
  partner_id: 'partnerId',
  store_id: 'storeId',
  point_history_record_time: 'bookedAt',
  // Its text begins with when the points expire.
  extended_data: 'validTo',
  last_change: 'bookedAt',
}

/** A movement as an entry of the history; `purchase` is the one it belongs to. */
export function presentHistory(
  movement: ListedMovement,
  purchase: Purchase | undefined,
  workspace: Workspace,
): Presented {
  return {
    customer_id: movement.profileNumber,
    point_amount: formatHundredths(movement.amount),
    point_operation_type: operationTypes[movement.kind],
    point_operation_note: movement.note,
    point_type_id: movement.pointTypeId,
    partner_id: movement.partnerId,
    store_id: movement.storeId,
    point_history_record_time: presentTime(movement.bookedAt, workspace),
    extended_data: JSON.stringify({
      date_of_points_expiration: presentTime(movement.validTo, workspace),
      external_purchase_id: purchase?.billId ?? null,
      purchase_value: purchase ? formatHundredths(purchase.totalPrice) : null,
    }),
    last_change: presentTime(movement.bookedAt, workspace),
  }
}
