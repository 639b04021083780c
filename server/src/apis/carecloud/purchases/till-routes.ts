import { formatHundredths } from '../../../core/amounts/hundredths.ts'
import { retried } from '../../../core/identity/retried.ts'
import { quotePayment } from '../../../core/purchases/quote-payment.ts'
import { type Recommendation, recommendBenefits } from '../../../core/purchases/recommend-benefits.ts'
import { chooseText } from '../../../core/texts/choose-text.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { refuse } from '../errors/carecloud-error.ts'
import type { Viewpoint } from '../reference-data/reference-list.ts'
import { validityOf } from '../rewards/present-reward.ts'
import { type Route, route } from '../route.ts'
import { shownAcceptedPayment, shownRecommendations } from '../schemas/purchases.ts'
import { amount } from '../values/amount.ts'
import { list, required, withDefault } from '../values/reader.ts'
import { definedIn } from '../values/references.ts'
import { number, oneOf, text } from '../values/scalars.ts'
import { presentTime } from '../values/times.ts'
import { refuseBenefits } from './bill-refusals.ts'
import { customerFields, customerOfBill } from './customer-of-bill.ts'
import { refusePointsWithoutValue, sentBill, toBill } from './read-bill.ts'

export const storeId = required(definedIn(({ loyalty }) => loyalty.stores))

/** What a till asks before a bill is paid: nothing changes by it (L107–L110). */
export function tillRoutes({ database }: CareCloudDependencies): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/purchases/actions/recommended-best-rewards',
      interfaces: 'both',
      calculates: true,
      summary: 'What the customer of a bill can use or buy',
      body: {
        store_id: storeId,
        reward_list_type: required(oneOf(['F', 'C', 'A'])),
        bill: required(sentBill),
        cashdesk_number: text(),
        ...customerFields,
      },
      answers: 'object',
      shows: shownRecommendations,
      async handle(call) {
        const { workspace, body, now } = call
        const bill = toBill(body.bill, call)
        const { profileId } = await customerOfBill(database, call, body)
        const found =
          profileId === undefined
            ? []
            : await database.inWorkspace(workspace.id, (connection) =>
                recommendBenefits(connection, workspace, {
                  profileId,
                  storeId: body.store_id.id,
                  billId: bill.billId,
                  now,
                }),
              )
        const shown = body.reward_list_type === 'C' ? found.filter(({ most }) => most > 0) : found
        return {
          recommended_best_rewards: shown.map((recommendation) =>
            presentRecommendation(recommendation, call),
          ),
          total_items: shown.length,
        }
      },
    }),
    route({
      method: 'POST',
      path: '/purchases/actions/accept-payment',
      interfaces: 'both',
      calculates: true,
      summary: 'What a bill comes to with points and benefits',
      body: {
        store_id: storeId,
        payment_type: oneOf(['S', 'A', 'C', 'D']),
        max_points: withDefault(amount({ least: 0 }), 0),
        max_credit: withDefault(number(), 0),
        benefit_codes: withDefault(list(text()), []),
        bill: required(sentBill),
        cashdesk_number: text(),
        ...customerFields,
      },
      answers: 'object',
      shows: shownAcceptedPayment,
      async handle(call) {
        const { workspace, body, now } = call
        const paymentType = body.payment_type ?? body.bill.payment_type
        if (body.max_credit > 0) throw refuse('payment_type', 'customer_cant_pay_by_credits', paymentType)
        const bill = toBill({ ...body.bill, payment_type: paymentType }, call)
        refusePointsWithoutValue('max_points', body.max_points, bill.currency, call)
        const { profileId } = await customerOfBill(database, call, body)
        const question = {
          bill,
          storeId: body.store_id.id,
          profileId,
          mostPoints: body.max_points,
          codes: body.benefit_codes,
          now,
        }
        // A status that has ended is set anew by it, as by whoever else asks at the same moment.
        const { quote, refusals } = await retried(() =>
          database.transaction(workspace.id, (connection) => quotePayment(connection, workspace, question)),
        )
        if (refusals) throw refuseBenefits(refusals)
        return {
          recommended_discounts: [],
          credit_points: formatHundredths(quote.creditPoints),
          price_of_credit_points: formatHundredths(quote.paidByPoints),
          credit: 0,
          vouchers: quote.benefits.map((benefit, index) => ({
            code: benefit.code,
            name: chooseText(benefit.name, call.languages),
            discount_value: formatHundredths(quote.discounts[index] ?? 0),
            discount_percent: benefit.worth.percent ?? null,
            bill_item_id: null,
          })),
          credit_points_of_this_transaction: formatHundredths(quote.earned),
          total_credit_points: formatHundredths(quote.freeAfterwards),
          total_credit: 0,
          messages: [],
        }
      },
    }),
  ]
}

function presentRecommendation({ grant, reward, most }: Recommendation, { workspace, languages }: Viewpoint) {
  const validity = reward ? validityOf(reward, workspace) : { from: null, to: null }
  return {
    code: grant ? grant.code : reward.code,
    name: reward ? chooseText(reward.name, languages) : grant?.rewardId,
    reward_priority: null,
    max_count: most,
    description: reward ? chooseText(reward.description, languages) : '',
    reward_properties: {
      image: null,
      valid_time_from: presentTime(grant ? grant.validFrom : validity.from, workspace),
      valid_time_to: presentTime(grant ? grant.expiresAt : validity.to, workspace),
    },
  }
}
