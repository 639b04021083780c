import type { Connection } from '../../platform/postgres/database.ts'
import type { Hundredths } from '../amounts/hundredths.ts'
import type { Ledger } from '../points/ledger.ts'
import type { Workspace } from '../workspaces/workspace.ts'

/** Whose points move for which purchase, and where. */
interface PurchaseBooking {
  readonly profileId: string
  readonly purchaseNumber: string
  readonly storeId: string
}

/** What is paid with points. @returns false: there are not enough */
export async function payByPoints(
  connection: Connection,
  workspace: Workspace,
  ledger: Ledger,
  booking: PurchaseBooking & { readonly amount: Hundredths },
): Promise<boolean> {
  if (booking.amount === 0) return true
  const key = `purchase:${booking.purchaseNumber}:paid`
  const { refusal } = await ledger.spend(connection, workspace, { ...booking, kind: 'payment', key })
  // Where there are no points of any type, nobody has enough.
  if (refusal === 'not-enough-points' || refusal === 'unknown-point-type') return false
  if (refusal) throw new Error(`a payment by points cannot be booked: ${refusal}`)
  return true
}

/** What purchases of different customers earn. */
export async function earnByPurchases(
  connection: Connection,
  workspace: Workspace,
  ledger: Ledger,
  purchases: readonly (PurchaseBooking & { readonly earned: Hundredths })[],
): Promise<void> {
  const pointTypeId = workspace.settings.loyalty.earning?.pointType
  const requests = purchases
    .filter(({ earned }) => earned > 0)
    .map(({ profileId, purchaseNumber, storeId, earned: amount }) => ({
      kind: 'purchase' as const,
      key: `purchase:${purchaseNumber}:earned`,
      profileId,
      amount,
      pointTypeId,
      storeId,
      purchaseNumber,
    }))
  if (requests.length === 0) return
  for (const { refusal } of await ledger.earnAll(connection, workspace, requests)) {
    if (refusal) throw new Error(`what a purchase earns cannot be booked: ${refusal}`)
  }
}
