import type { Connection } from '../../platform/postgres/database.ts'
import type { Ledger } from '../points/ledger.ts'
import { putPropertyRecords } from '../properties/write-property-records.ts'
import { lockStocks } from '../rewards/lock-stock.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { earnByPurchases, payByPoints } from './book-points.ts'
import { insertPurchases } from './insert-purchases.ts'
import { type PricedPurchase, pricePurchases } from './price-purchases.ts'
import { recordPurchaseEvents } from './purchase-event.ts'
import type { SendRefusal, SendRequest, SendResult } from './send-request.ts'
import { useBenefits } from './use-benefits.ts'

/** One whose bill is kept. */
interface Kept extends PricedPurchase {
  readonly purchase: string
}

/** Books purchases of customers who are locked, each of another one: see `sendPurchases`. */
export async function bookRound(
  connection: Connection,
  workspace: Workspace,
  ledger: Ledger,
  requests: readonly SendRequest[],
): Promise<readonly SendResult[]> {
  const results: SendResult[] = []
  const priced: (PricedPurchase & { readonly place: number })[] = []
  for (const [place, one] of (await pricePurchases(connection, workspace, requests)).entries()) {
    if (one.refusal) results[place] = one
    else priced.push({ ...one, place })
  }
  const numbers = await insertPurchases(connection, workspace.id, priced.map(rowOf))
  const kept: Kept[] = []
  for (const [index, one] of priced.entries()) {
    const purchase = numbers[index]
    results[one.place] = purchase === undefined ? { refusal: { reason: 'bill-exists' } } : { purchase }
    if (purchase !== undefined) kept.push({ ...one, purchase })
  }
  const refusal = await useUp(connection, workspace, ledger, kept)
  if (refusal) return [{ refusal }]

  const known = kept.flatMap(({ request: { profileId, ...request }, calculated, purchase }) =>
    profileId === undefined
      ? []
      : { ...request, profileId, purchaseNumber: purchase, earned: calculated.earned },
  )
  await earnByPurchases(connection, workspace, ledger, known)
  await recordPurchaseEvents(connection, workspace, known)
  return results
}

function rowOf({ request, calculated }: PricedPurchase) {
  return {
    ...request,
    cancels: null,
    earningBase: calculated.left - calculated.paidByPoints,
    paidPoints: request.creditPoints,
    earnedPoints: calculated.earned,
  }
}

/**
 * Uses up what purchases are paid with beside money. Stocks are locked before wallets.
 *
 * @returns what the transaction has to be rolled back for
 */
async function useUp(
  connection: Connection,
  workspace: Workspace,
  ledger: Ledger,
  kept: readonly Kept[],
): Promise<SendRefusal | undefined> {
  await lockStocks(
    connection,
    workspace.id,
    kept.flatMap(({ benefits }) => benefits.flatMap(({ reward }) => reward?.id ?? [])),
  )
  const uses = kept.flatMap(({ request: { bill, profileId } }) =>
    profileId === undefined ? [] : { externalId: bill.billId, profileId },
  )
  if (uses.length > 0) await ledger.useReservations(connection, workspace, uses)
  for (const { request, benefits, calculated, purchase } of kept) {
    const { profileId, storeId, creditPoints, propertyRecords } = request
    if (profileId !== undefined) {
      const use = { ...request, profileId, purchase, benefits, calculated }
      const refusals = await useBenefits(connection, workspace, ledger, use)
      if (refusals.length > 0) return { reason: 'benefits', refusals }
      const booking = { profileId, storeId, purchaseNumber: purchase, amount: creditPoints }
      const isPaid = await payByPoints(connection, workspace, ledger, booking)
      if (!isPaid) return { reason: 'not-enough-points' }
    }
    const owner = { kind: 'purchase', id: purchase } as const
    const propertyIds = await putPropertyRecords(connection, workspace.id, owner, propertyRecords)
    if (propertyIds.length > 0) return { reason: 'values-taken', propertyIds }
  }
  return undefined
}
