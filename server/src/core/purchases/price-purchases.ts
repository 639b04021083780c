import type { Connection } from '../../platform/postgres/database.ts'
import { mostAtOnce } from '../points/begin-booking.ts'
import { currentMultipliers } from '../statuses/current-status.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { type CalculatedBill, calculateBill } from './calculate-bill.ts'
import { type FoundBenefit, findBenefits } from './find-benefits.ts'
import { isBill } from './is-bill.ts'
import { freePointsForBill } from './quote-payment.ts'
import { type SendRefusal, type SendRequest, standsAlone } from './send-request.ts'

/** What a purchase comes to, before any of it is written. */
export interface PricedPurchase {
  readonly request: SendRequest
  readonly benefits: readonly FoundBenefit[]
  readonly calculated: CalculatedBill
  readonly refusal?: never
}

/**
 * Prices purchases of customers who are locked, each of another one: the status that is held before a purchase counts
 * for it (L103). Changes nothing but statuses that have ended.
 *
 * @returns in the order of the requests
 */
export async function pricePurchases(
  connection: Connection,
  workspace: Workspace,
  requests: readonly SendRequest[],
): Promise<readonly (PricedPurchase | { readonly refusal: SendRefusal })[]> {
  const [first] = requests
  if (!first) return []
  const profileIds = requests.flatMap(({ profileId }) => profileId ?? [])
  const multipliers = await currentMultipliers(connection, workspace, profileIds, first.now)
  const priced: (PricedPurchase | { readonly refusal: SendRefusal })[] = []
  for (const request of requests) {
    const found = standsAlone(request) ? await benefitsOf(connection, workspace, request) : { benefits: [] }
    if (found.refusal) {
      priced.push(found)
      continue
    }
    const calculated = calculateBill(workspace.settings, request.bill, {
      benefits: found.benefits,
      creditPoints: request.creditPoints,
      multiplier: request.profileId === undefined ? undefined : multipliers.get(request.profileId),
    })
    const isTooMuch = calculated.earned > mostAtOnce
    priced.push(isTooMuch ? { refusal: { reason: 'earns-too-much' } } : { request, ...found, calculated })
  }
  return priced
}

async function benefitsOf(
  connection: Connection,
  workspace: Workspace,
  { bill, profileId, storeId, benefits, creditPoints, now }: SendRequest,
): Promise<
  { readonly benefits: readonly FoundBenefit[]; readonly refusal?: never } | { readonly refusal: SendRefusal }
> {
  // What a till sends again was used by the bill itself: it is told that, and nothing of its benefits (L112).
  if (await isBill(connection, workspace.id, bill.billId)) return { refusal: { reason: 'bill-exists' } }
  if (profileId === undefined && creditPoints > 0) return { refusal: { reason: 'not-enough-points' } }
  // What is free matters to rewards that are bought in the bill alone.
  const freePoints =
    profileId === undefined || benefits.length === 0
      ? 0
      : await freePointsForBill(connection, workspace, profileId, bill.billId, now)
  const question = { profileId, storeId, wanted: benefits, freePoints, now }
  const found = await findBenefits(connection, workspace, question)
  return found.refusals ? { refusal: { reason: 'benefits', refusals: found.refusals } } : found
}
