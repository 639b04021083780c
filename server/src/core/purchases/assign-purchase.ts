import type { Connection } from '../../platform/postgres/database.ts'
import { type Hundredths, wholeTimes } from '../amounts/hundredths.ts'
import type { EventSource } from '../events/event.ts'
import type { Ledger } from '../points/ledger.ts'
import { lockAlone } from '../profiles/lock-survivor.ts'
import { currentMultipliers } from '../statuses/current-status.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import type { PaymentType } from './bill.ts'
import { earnByPurchases } from './book-points.ts'
import { earningOf } from './calculate-bill.ts'
import { recordPurchaseEvents } from './purchase-event.ts'

export interface AssignRequest {
  readonly billId: string
  readonly profileId: string
  readonly cardNumber: string | null
  readonly eventName: string
  readonly source: EventSource
  readonly now: Date
}

export type AssignRefusal = 'unknown-purchase' | 'unknown-profile' | 'has-profile'

/**
 * Gives an anonymous purchase its customer, and what it earns, as if it had been sent with that customer (L116): what
 * was reserved for it is free again (L115). One that was cancelled gets the customer alone, and so does what cancelled
 * it (L113).
 *
 * A refusal leaves the transaction to be rolled back. Run it under `retried`.
 */
export async function assignPurchase(
  connection: Connection,
  workspace: Workspace,
  ledger: Ledger,
  request: AssignRequest,
): Promise<AssignRefusal | undefined> {
  const profileId = await lockAlone(connection, workspace.id, request.profileId)
  if (profileId === undefined) return 'unknown-profile'
  const purchase = await lockPurchase(connection, workspace.id, request.billId)
  if (!purchase) return 'unknown-purchase'
  if (purchase.profile_id !== null || purchase.was_assigned) return 'has-profile'
  const isCancelled = purchase.cancelled_by !== null
  const earned = isCancelled ? 0 : await pointsFor(connection, workspace, profileId, purchase, request.now)
  await connection.query({
    name: 'assign-purchase',
    text: `update purchases
           set profile_id = $4, card_number = $5, earned_points = case number when $2 then $6 else 0 end, changed_at = $7
           where workspace_id = $1 and number in ($2, $3)`,
    values: [
      workspace.id,
      purchase.number,
      purchase.cancelled_by,
      profileId,
      request.cardNumber,
      earned,
      request.now,
    ],
  })
  if (isCancelled) return undefined
  const assigned = {
    ...request,
    profileId,
    purchaseNumber: purchase.number,
    storeId: purchase.store_id,
    earned,
    bill: {
      billId: request.billId,
      paymentTime: purchase.payment_time,
      currency: purchase.currency,
      totalPrice: Number(purchase.total_price),
    },
  }
  await ledger.useReservations(connection, workspace, [{ externalId: request.billId, profileId }])
  await earnByPurchases(connection, workspace, ledger, [assigned])
  await recordPurchaseEvents(connection, workspace, [assigned])
  return undefined
}

async function pointsFor(
  connection: Connection,
  workspace: Workspace,
  profileId: string,
  { currency, payment_type: paymentType, earning_base: left }: AnonymousPurchase,
  now: Date,
): Promise<Hundredths> {
  const rate = earningOf(workspace.settings, { currency, paymentType })
  const multiplier = (await currentMultipliers(connection, workspace, [profileId], now)).get(profileId)
  return rate === undefined || multiplier === undefined ? 0 : wholeTimes(Number(left), rate, multiplier)
}

interface AnonymousPurchase {
  readonly number: string
  readonly profile_id: string | null
  /** A customer was named and erased since: such a purchase is nobody's for good. */
  readonly was_assigned: boolean
  readonly store_id: string
  readonly currency: string
  readonly payment_type: PaymentType
  readonly payment_time: Date
  readonly total_price: string
  readonly earning_base: string
  readonly cancelled_by: string | null
}

async function lockPurchase(
  connection: Connection,
  workspaceId: number,
  billId: string,
): Promise<AnonymousPurchase | undefined> {
  const { rows } = await connection.query<AnonymousPurchase>({
    name: 'lock-purchase-to-assign',
    text: `select number, profile_id, profile_erased as was_assigned, store_id, currency, payment_type, payment_time,
             total_price, earning_base, cancelled_by
           from purchases where workspace_id = $1 and bill_id = $2 and cancels is null for update`,
    values: [workspaceId, billId],
  })
  return rows[0]
}
