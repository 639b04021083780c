import type { Connection } from '../../platform/postgres/database.ts'
import type { Hundredths } from '../amounts/hundredths.ts'
import type { EventSource } from '../events/event.ts'
import type { Ledger } from '../points/ledger.ts'
import { lockAlone } from '../profiles/lock-survivor.ts'
import { currentMultiplier } from '../statuses/current-status.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import type { Bill } from './bill.ts'
import { earnByPurchase, payByPoints, settle } from './book-points.ts'
import { calculateBill } from './calculate-bill.ts'
import { type BenefitRefusal, findBenefits, type WantedBenefit } from './find-benefits.ts'
import { insertPurchase } from './insert-purchase.ts'
import { recordPurchaseEvent } from './purchase-event.ts'
import { freePointsForBill } from './quote-payment.ts'
import { useBenefits } from './use-benefits.ts'

export interface SendRequest {
  readonly bill: Bill
  readonly storeId: string
  readonly cashdeskNumber: string | null
  /** Undefined: anonymous, without points and benefits (L106). */
  readonly profileId: string | undefined
  readonly cardNumber: string | null
  readonly creditPoints: Hundredths
  readonly benefits: readonly WantedBenefit[]
  /** Of the event that tells of it; sent only if it is one of the workspace's types. */
  readonly eventName: string
  readonly source: EventSource
  readonly now: Date
}

type SendRefusal =
  | { readonly reason: 'bill-exists' | 'unknown-profile' | 'not-enough-points' }
  | { readonly reason: 'benefits'; readonly refusals: readonly BenefitRefusal[] }

export type SendResult =
  | { readonly purchase: string; readonly refusal?: never }
  | { readonly refusal: SendRefusal; readonly purchase?: never }

/**
 * Books a purchase in the caller's transaction: the bill, what was paid with points, vouchers that were used, rewards
 * that were bought in it, what it earns, the status that follows, and the event (L111). The bill's id makes it happen
 * once (L112); two tills that serve one customer follow each other, by the lock on the profile.
 *
 * A refusal leaves the transaction to be rolled back. Run it under `retried`.
 */
export async function sendPurchase(
  connection: Connection,
  workspace: Workspace,
  ledger: Ledger,
  request: SendRequest,
): Promise<SendResult> {
  const { bill, now } = request
  const profileId =
    request.profileId === undefined ? undefined : await lockAlone(connection, workspace.id, request.profileId)
  if (request.profileId !== undefined && profileId === undefined) return refused('unknown-profile')
  const purchase = await insertPurchase(connection, workspace.id, { ...request, profileId, cancels: null })
  if (purchase === undefined) return refused('bill-exists')
  if (profileId === undefined) {
    if (request.creditPoints > 0) return refused('not-enough-points')
    const found = await findBenefits(connection, workspace, {
      ...question(request),
      profileId,
      freePoints: 0,
    })
    if (found.refusals) return { refusal: { reason: 'benefits', refusals: found.refusals } }
    const terms = { benefits: [], creditPoints: 0, multiplier: undefined }
    const { left } = calculateBill(workspace.settings, bill, terms)
    await settle(connection, workspace.id, purchase, { left, paid: 0, earned: 0 })
    return { purchase }
  }

  // What is free matters to rewards that are bought in the bill alone.
  const freePoints =
    request.benefits.length === 0
      ? 0
      : await freePointsForBill(connection, workspace, profileId, bill.billId, now)
  const found = await findBenefits(connection, workspace, { ...question(request), profileId, freePoints })
  if (found.refusals) return { refusal: { reason: 'benefits', refusals: found.refusals } }
  // Before anything moves: the status held before the purchase counts for it (L103).
  const multiplier = await currentMultiplier(connection, workspace, profileId, now)
  const terms = { benefits: found.benefits, creditPoints: request.creditPoints, multiplier }
  const calculated = calculateBill(workspace.settings, bill, terms)

  const refusals = await useBenefits(connection, workspace, ledger, {
    ...request,
    profileId,
    purchase,
    benefits: found.benefits,
    calculated,
  })
  if (refusals.length > 0) return { refusal: { reason: 'benefits', refusals } }
  const booking = { profileId, purchaseNumber: purchase, storeId: request.storeId }
  const paid = await payByPoints(connection, workspace, ledger, booking, request.creditPoints)
  if (paid === 'not-enough-points') return refused(paid)
  const earned = await earnByPurchase(connection, workspace, ledger, booking, calculated.earned)
  await settle(connection, workspace.id, purchase, {
    left: calculated.left - calculated.paidByPoints,
    paid: request.creditPoints,
    earned: calculated.earned,
    paymentMovement: paid,
    earningMovement: earned,
  })
  await recordPurchaseEvent(connection, workspace, { ...request, profileId })
  return { purchase }
}

function refused(reason: 'bill-exists' | 'unknown-profile' | 'not-enough-points'): SendResult {
  return { refusal: { reason } }
}

function question({ storeId, benefits, now }: SendRequest) {
  return { storeId, wanted: benefits, now }
}
