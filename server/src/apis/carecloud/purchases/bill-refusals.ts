import type { BenefitRefusal } from '../../../core/purchases/find-benefits.ts'
import { badRequest, type CareCloudError } from '../errors/carecloud-error.ts'
import { invalidParam, type Reason } from '../errors/invalid-param.ts'

/** L117, in the words of the wire. */
const reasons = {
  unknown: 'not_found',
  'of-another-profile': 'voucher_assigned_to_another_customer',
  'already-used': 'voucher_already_used',
  expired: 'voucher_expired',
  'not-valid-now': 'voucher_cant_be_applied_by_date',
  'not-in-store': 'voucher_not_allowed_in_store',
  limit: 'max_number_of_voucher_exceeded',
  'not-enough-points': 'not_enough_points_for_voucher',
} as const satisfies Record<BenefitRefusal['reason'], Reason>

/** All codes of a bill that cannot be used. */
export function refuseBenefits(refusals: readonly BenefitRefusal[]): CareCloudError {
  return badRequest(
    refusals.map(({ code, reason }) => invalidParam({ name: 'benefit_codes' }, reasons[reason], code)),
  )
}
