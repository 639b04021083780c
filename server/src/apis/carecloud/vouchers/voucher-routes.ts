import { retried } from '../../../core/identity/retried.ts'
import { buyReward } from '../../../core/rewards/buy-reward.ts'
import { changeGrant } from '../../../core/rewards/change-grant.ts'
import { type RedeemRefusal, redeemGrant } from '../../../core/rewards/redeem-grant.ts'
import { returnGrant } from '../../../core/rewards/withdraw-grant.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { interfaceNotAllowed, notFound, refuse } from '../errors/carecloud-error.ts'
import type { Reason } from '../errors/invalid-param.ts'
import { findReward } from '../rewards/reward-routes.ts'
import { type Route, route } from '../route.ts'
import { Issued } from '../schemas/values.ts'
import { customerId } from '../values/customer-id.ts'
import { object, required } from '../values/reader.ts'
import { definedIn } from '../values/references.ts'
import { text } from '../values/scalars.ts'
import { dateTime, presentTime, wholeSecond } from '../values/times.ts'
import { findVoucher } from './find-voucher.ts'

type BuyRefusal = NonNullable<Awaited<ReturnType<typeof buyReward>>['refusal']>

/** L86, L87. */
const buyRefusals = {
  'unknown-reward': ['reward_id', 'not_found'],
  'unknown-profile': ['customer_id', 'not_found'],
  'no-voucher': ['reward_id', 'not_allowed_value'],
  'not-valid': ['reward_id', 'voucher_cant_be_applied_by_date'],
  'out-of-stock': ['reward_id', 'max_number_of_voucher_exceeded'],
  'customer-limit': ['reward_id', 'max_number_of_voucher_exceeded'],
  'no-code-left': ['reward_id', 'max_number_of_voucher_exceeded'],
  'code-taken': ['code', 'already_exists'],
  'not-enough-points': ['reward_id', 'not_enough_points_for_voucher'],
} as const satisfies Record<BuyRefusal, readonly [string, Reason]>

/** L89; what is not there any more is answered with 404. */
const redeemRefusals = {
  redeemed: ['voucher_id', 'voucher_already_applied'],
  expired: ['voucher_id', 'voucher_expired'],
  'not-in-store': ['store_id', 'voucher_cant_be_used_in_store'],
} as const satisfies Record<Exclude<RedeemRefusal, 'unknown-grant'>, readonly [string, Reason]>

/** What makes, changes, uses and withdraws vouchers (L86–L90). */
export function voucherRoutes({ database, ledger }: CareCloudDependencies): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/rewards/:reward_id/actions/create-voucher',
      interfaces: 'both',
      summary: 'Buy a voucher with points, or issue one that costs nothing',
      find: findReward,
      body: {
        customer_id: required(customerId({ orLoggedIn: true })),
        code: text({ longest: 64 }),
        note: text(),
      },
      answers: 'created',
      shows: { voucher_id: Issued },
      async handle(call) {
        const { workspace, found: reward, body } = call
        const isCustomer = call.interface === 'customer'
        const { allow } = workspace.settings.carecloud.customerInterface
        if (isCustomer && (reward.pointsCost ?? 0) === 0 && !allow.includes('free-vouchers')) {
          throw interfaceNotAllowed('rewards', 'customer')
        }
        const request = {
          rewardId: reward.id,
          profileId: body.customer_id.profileId,
          note: body.note,
          // A customer cannot choose a code: one that is given is ignored (L87).
          code: isCustomer ? undefined : body.code,
        }
        const grant = await retried(() =>
          database.transaction(workspace.id, async (connection) => {
            const bought = await buyReward(connection, workspace, ledger, request)
            if (bought.refusal === undefined) return bought.grant
            const [name, reason] = buyRefusals[bought.refusal]
            const sent = { reward_id: reward.id, code: body.code, customer_id: body.customer_id.number }
            throw refuse(name, reason, sent[name])
          }),
        )
        return { voucher_id: grant }
      },
    }),
    route({
      method: 'PUT',
      path: '/vouchers/:voucher_id',
      interfaces: 'both',
      guardedBy: 'vouchers',
      summary: 'Change the dates and the note of a voucher',
      find: (call) => findVoucher(database, call),
      body: {
        voucher: required(
          object({ valid_from: dateTime(), valid_to: dateTime({ dayAs: 'end' }), note: text() }),
        ),
      },
      answers: 'nothing',
      async handle({ workspace, found: grant, body: { voucher } }) {
        const change = {
          validFrom: voucher.valid_from ?? null,
          expiresAt: voucher.valid_to ? wholeSecond(voucher.valid_to) : null,
          note: voucher.note ?? null,
        }
        const from = change.validFrom ?? grant.grantedAt
        if (change.expiresAt && change.expiresAt < from) {
          throw refuse('valid_to', 'not_allowed_value', presentTime(change.expiresAt, workspace))
        }
        const isChanged = await database.inWorkspace(workspace.id, (connection) =>
          changeGrant(connection, workspace.id, grant.number, change),
        )
        if (!isChanged) throw refuse('voucher_id', 'voucher_already_applied', grant.number)
      },
    }),
    route({
      method: 'DELETE',
      path: '/vouchers/:voucher_id',
      interfaces: 'both',
      summary: 'Withdraw a voucher that is not used, and return its points',
      find: (call) => findVoucher(database, call),
      answers: 'nothing',
      async handle({ workspace, found: grant }) {
        const isReturned = await retried(() =>
          database.transaction(workspace.id, (connection) =>
            returnGrant(connection, workspace, ledger, grant.number),
          ),
        )
        if (!isReturned) throw refuse('voucher_id', 'voucher_already_applied', grant.number)
      },
    }),
    route({
      method: 'POST',
      path: '/vouchers/:voucher_id/actions/apply-voucher',
      interfaces: 'both',
      summary: 'Use a voucher',
      find: (call) => findVoucher(database, call),
      body: { date_applied: required(dateTime()), store_id: definedIn(({ loyalty }) => loyalty.stores) },
      answers: 'nothing',
      async handle(call) {
        const { workspace, found: grant, body, now } = call
        // A till may report what it did; a customer uses a voucher now, whatever the phone's clock says.
        const at = call.interface === 'customer' ? now : body.date_applied
        const refusal = await database.transaction(workspace.id, (connection) =>
          redeemGrant(connection, workspace, { number: grant.number, at, storeId: body.store_id?.id }),
        )
        if (refusal === 'unknown-grant') throw notFound('vouchers', grant.number)
        if (refusal === undefined) return
        const [name, reason] = redeemRefusals[refusal]
        throw refuse(name, reason, name === 'store_id' ? body.store_id?.id : grant.number)
      },
    }),
  ]
}
