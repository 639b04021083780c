import type { Connection } from '../../platform/postgres/database.ts'
import { type Hundredths, wholeUnitsIn } from '../amounts/hundredths.ts'
import { readFreePoints } from '../points/free-points.ts'
import { currentMultipliers } from '../statuses/current-status.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import type { Bill } from './bill.ts'
import { type CalculatedBill, calculateBill } from './calculate-bill.ts'
import { type BenefitRefusal, type FoundBenefit, findBenefits } from './find-benefits.ts'

export interface PaymentQuestion {
  readonly bill: Pick<Bill, 'billId' | 'items' | 'currency' | 'paymentType'>
  readonly storeId: string
  readonly profileId: string | undefined
  /** The most points that are to pay. */
  readonly mostPoints: Hundredths
  readonly codes: readonly string[]
  readonly now: Date
}

export interface PaymentQuote extends CalculatedBill {
  readonly benefits: readonly FoundBenefit[]
  readonly creditPoints: Hundredths
  /** Free points once the bill is closed. */
  readonly freeAfterwards: Hundredths
}

/**
 * What a bill would come to, in the caller's transaction, which changes nothing but a status that has ended (L109). The
 * points that pay are lowered to those that are free, after what rewards bought in the bill cost, and to the whole
 * points that what is left to pay is worth. Sent with these points and benefits, the same bill earns exactly what is
 * said here.
 */
export async function quotePayment(
  connection: Connection,
  workspace: Workspace,
  { bill, storeId, profileId, mostPoints, codes, now }: PaymentQuestion,
): Promise<
  | { readonly quote: PaymentQuote; readonly refusals?: never }
  | { readonly refusals: readonly BenefitRefusal[]; readonly quote?: never }
> {
  const freePoints =
    profileId === undefined ? 0 : await freePointsForBill(connection, workspace, profileId, bill.billId, now)
  const wanted = codes.map((code) => ({ code }))
  const found = await findBenefits(connection, workspace, { profileId, storeId, wanted, freePoints, now })
  if (found.refusals) return { refusals: found.refusals }
  const { benefits } = found
  const profileIds = profileId === undefined ? [] : [profileId]
  const multipliers = await currentMultipliers(connection, workspace, profileIds, now)
  const multiplier = profileId === undefined ? undefined : multipliers.get(profileId)
  const { settings } = workspace
  const { left } = calculateBill(settings, bill, { benefits, creditPoints: 0, multiplier })
  const free = benefits.reduce((points, { cost }) => points - cost, freePoints)
  const { pointValue } = settings.loyalty
  const worthLeft = pointValue ? wholeUnitsIn(left, pointValue.amount) : 0
  const creditPoints = Math.max(0, Math.min(mostPoints, free, worthLeft))
  const calculated = calculateBill(settings, bill, { benefits, creditPoints, multiplier })
  return {
    quote: {
      ...calculated,
      benefits,
      creditPoints,
      freeAfterwards: free - creditPoints + calculated.earned,
    },
  }
}

/** A reservation that is made for the bill counts as free (L115). */
export async function freePointsForBill(
  connection: Connection,
  workspace: Workspace,
  profileId: string,
  billId: string,
  now: Date,
): Promise<Hundredths> {
  const question = { profileIds: [profileId], now, exceptReservation: billId }
  return (await readFreePoints(connection, workspace, question)).get(profileId) ?? 0
}
