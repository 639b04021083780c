import type { Connection } from '../../platform/postgres/database.ts'
import type { Ledger } from '../points/ledger.ts'
import { movementsOfPurchase } from '../points/movements-of-purchase.ts'
import { lockAlone } from '../profiles/lock-survivor.ts'
import { lockStocks } from '../rewards/lock-stock.ts'
import { reopenGrants } from '../rewards/redeem-grant.ts'
import { returnGrant } from '../rewards/withdraw-grant.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import type { Bill } from './bill.ts'
import { insertPurchases } from './insert-purchases.ts'
import { isBill } from './is-bill.ts'

export interface CancelRequest {
  /** The cancelling bill, with an id of its own; its amounts and customer are the original's. */
  readonly bill: Bill
  readonly originalBillId: string
  readonly storeId: string
  readonly cashdeskNumber: string | null
  /** Only if it is one of these profiles'; absent: anybody's. */
  readonly ofProfiles?: readonly string[] | undefined
  readonly now: Date
}

export type CancelResult =
  | { readonly purchase: string; readonly refusal?: never }
  | { readonly refusal: 'bill-exists' | 'unknown-original' | 'already-cancelled'; readonly purchase?: never }

/**
 * Cancels a purchase in the caller's transaction, exactly: what it earned is taken back, and owed where it is spent;
 * points return to their lots with their old expiry, vouchers are usable again, and what was bought in it is returned
 * (L113, L114).
 *
 * A refusal leaves the transaction to be rolled back. Run it under `retried`.
 */
export async function cancelPurchase(
  connection: Connection,
  workspace: Workspace,
  ledger: Ledger,
  request: CancelRequest,
): Promise<CancelResult> {
  const { bill, now } = request
  const owner = await findOwner(connection, workspace.id, request.originalBillId)
  if (!owner || !isAmong(owner.profile_id, request.ofProfiles)) return { refusal: 'unknown-original' }
  // The profile before the purchase, as whoever sends one locks them.
  const seen =
    owner.profile_id === null ? undefined : await lockAlone(connection, workspace.id, owner.profile_id)
  const original = await lockOriginal(connection, workspace.id, request.originalBillId)
  if (!original || !isAmong(original.profile_id, request.ofProfiles)) return { refusal: 'unknown-original' }
  // While we waited, an anonymous purchase may have got its customer, or another one gone back to its own.
  const named = original.profile_id ?? undefined
  const profileId =
    named === undefined || named === seen ? named : await lockAlone(connection, workspace.id, named)
  // A till that sends the same again is told so, whatever it cancelled (L112).
  if (await isBill(connection, workspace.id, bill.billId)) return { refusal: 'bill-exists' }
  if (original.cancelled_by !== null) return { refusal: 'already-cancelled' }
  const [purchase] = await insertPurchases(connection, workspace.id, [
    {
      ...request,
      bill: { ...bill, currency: original.currency, totalPrice: Number(original.total_price) },
      profileId,
      cardNumber: original.card_number,
      cancels: original.number,
      earningBase: 0,
      paidPoints: 0,
      earnedPoints: 0,
    },
  ])
  if (purchase === undefined) return { refusal: 'bill-exists' }
  await connection.query({
    name: 'mark-cancelled',
    text: `update purchases set cancelled_by = $3, changed_at = $4 where workspace_id = $1 and number = $2`,
    values: [workspace.id, original.number, purchase, now],
  })
  // Of a customer who was erased there are no points and vouchers any more.
  if (profileId === undefined) return { purchase }
  const { bought } = await reopenGrants(connection, workspace.id, original.number)
  await lockStocks(
    connection,
    workspace.id,
    bought.map(({ rewardId }) => rewardId),
  )
  for (const { number } of bought) await returnGrant(connection, workspace, ledger, number, purchase)
  for (const movementNumber of await movementsOfPurchase(connection, workspace.id, original.number)) {
    const { refusal } = await ledger.reverse(connection, workspace, {
      key: `purchase:${purchase}:reverses:${movementNumber}`,
      movementNumber,
      purchaseNumber: purchase,
    })
    // What it took from somebody who was merged then and is gone by now returns to nobody (S20).
    if (refusal && refusal !== 'unknown-profile') {
      throw new Error(`movement ${movementNumber} cannot be reversed: ${refusal}`)
    }
  }
  return { purchase }
}

function isAmong(profileId: string | null, profileIds: readonly string[] | undefined): boolean {
  return profileIds === undefined || (profileId !== null && profileIds.includes(profileId))
}

interface Original {
  readonly number: string
  readonly profile_id: string | null
  readonly card_number: string | null
  readonly currency: string
  readonly total_price: string
  readonly cancelled_by: string | null
}

/** A cancellation is no purchase that can be cancelled. */
const isOriginal = 'workspace_id = $1 and bill_id = $2 and cancels is null'

async function findOwner(
  connection: Connection,
  workspaceId: number,
  billId: string,
): Promise<Pick<Original, 'profile_id'> | undefined> {
  const { rows } = await connection.query<Pick<Original, 'profile_id'>>({
    name: 'owner-of-purchase',
    text: `select profile_id from purchases where ${isOriginal}`,
    values: [workspaceId, billId],
  })
  return rows[0]
}

async function lockOriginal(
  connection: Connection,
  workspaceId: number,
  billId: string,
): Promise<Original | undefined> {
  const { rows } = await connection.query<Original>({
    name: 'lock-purchase',
    text: `select number, profile_id, card_number, currency, total_price, cancelled_by
           from purchases where ${isOriginal} for update`,
    values: [workspaceId, billId],
  })
  return rows[0]
}
