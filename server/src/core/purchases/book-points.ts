import type { Connection } from '../../platform/postgres/database.ts'
import type { Hundredths } from '../amounts/hundredths.ts'
import type { Ledger } from '../points/ledger.ts'
import type { Workspace } from '../workspaces/workspace.ts'

/** Whose points move for which purchase, and where. */
export interface PurchaseBooking {
  readonly profileId: string
  readonly purchaseNumber: string
  readonly storeId: string
}

/** What is paid with points. @returns the movement's number, or undefined where nothing is */
export async function payByPoints(
  connection: Connection,
  workspace: Workspace,
  ledger: Ledger,
  booking: PurchaseBooking,
  amount: Hundredths,
): Promise<string | undefined | 'not-enough-points'> {
  if (amount === 0) return undefined
  const key = `purchase:${booking.purchaseNumber}:paid`
  const { movement, refusal } = await ledger.spend(connection, workspace, {
    kind: 'payment',
    key,
    amount,
    ...booking,
  })
  if (refusal === 'not-enough-points') return refusal
  if (refusal) throw new Error(`a payment by points cannot be booked: ${refusal}`)
  return movement.number
}

/** What a purchase earns. @returns the movement's number, or undefined where it earns nothing */
export async function earnByPurchase(
  connection: Connection,
  workspace: Workspace,
  ledger: Ledger,
  booking: PurchaseBooking,
  amount: Hundredths,
): Promise<string | undefined> {
  if (amount === 0) return undefined
  const { movement, refusal } = await ledger.earn(connection, workspace, {
    kind: 'purchase',
    key: `purchase:${booking.purchaseNumber}:earned`,
    amount,
    pointTypeId: workspace.settings.loyalty.earning?.pointType,
    ...booking,
  })
  if (refusal) throw new Error(`what a purchase earns cannot be booked: ${refusal}`)
  return movement.number
}

interface Settled {
  readonly left: Hundredths
  readonly paid: Hundredths
  readonly earned: Hundredths
  readonly paymentMovement?: string | undefined
  readonly earningMovement?: string | undefined
}

/** What the purchase came to, beside its bill. */
export async function settle(
  connection: Connection,
  workspaceId: number,
  purchase: string,
  { left, paid, earned, paymentMovement, earningMovement }: Settled,
): Promise<void> {
  await connection.query({
    name: 'settle-purchase',
    text: `update purchases set earning_base = $3, paid_points = $4, earned_points = $5, payment_movement = $6,
             earning_movement = $7
           where workspace_id = $1 and number = $2`,
    values: [workspaceId, purchase, left, paid, earned, paymentMovement ?? null, earningMovement ?? null],
  })
}
