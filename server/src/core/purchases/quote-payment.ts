import type { Connection } from '../../platform/postgres/database.ts'
import { type Hundredths, wholeUnitsIn } from '../amounts/hundredths.ts'
import { findPointType } from '../points/find-point-type.ts'
import { type PointsStanding, readStandings } from '../points/free-points.ts'
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
  /** Free points once the bill is closed: what it earns settles a debt first, and may be of another type (L109, L114). */
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
  const standing =
    profileId === undefined
      ? nothing
      : await standingForBill(connection, workspace, profileId, bill.billId, now)
  const freePoints = Math.max(0, standing.unreserved)
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
  const spendable = Math.max(0, Math.min(mostPoints, free))
  const creditPoints = pointValue ? wholeUnitsIn(left, pointValue.amount, spendable) : 0
  const calculated = calculateBill(settings, bill, { benefits, creditPoints, multiplier })
  const spent = freePoints - free + creditPoints
  const received = earnsWhatPays(workspace) ? Math.max(0, calculated.earned - standing.owed) : 0
  const freeAfterwards = Math.max(0, standing.unreserved - spent + received)
  return { quote: { ...calculated, benefits, creditPoints, freeAfterwards } }
}

const nothing: PointsStanding = { unreserved: 0, owed: 0 }

/** Whether purchases earn points of the type that pays and buys. */
function earnsWhatPays(workspace: Workspace): boolean {
  const { earning } = workspace.settings.loyalty
  return findPointType(workspace, earning?.pointType) === findPointType(workspace, undefined)
}

async function standingForBill(
  connection: Connection,
  workspace: Workspace,
  profileId: string,
  billId: string,
  now: Date,
): Promise<PointsStanding> {
  const question = { profileIds: [profileId], now, exceptReservation: billId }
  return (await readStandings(connection, workspace, question)).get(profileId) ?? nothing
}

/** A reservation that is made for the bill counts as free (L115). */
export async function freePointsForBill(
  connection: Connection,
  workspace: Workspace,
  profileId: string,
  billId: string,
  now: Date,
): Promise<Hundredths> {
  const { unreserved } = await standingForBill(connection, workspace, profileId, billId, now)
  return Math.max(0, unreserved)
}
