import { formatHundredths, times } from '../../../core/amounts/hundredths.ts'
import { endOfLocalDay, startOfLocalDay } from '../../../core/local-time/local-time.ts'
import { readExpirationOverview } from '../../../core/points/expiration-overview.ts'
import { readFreePoints } from '../../../core/points/free-points.ts'
import { readPointsOverview } from '../../../core/points/points-overview.ts'
import { readTurnover } from '../../../core/purchases/read-turnover.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { type Route, route } from '../route.ts'
import {
  shownCreditsExpirationOverview,
  shownCreditsOverview,
  shownExpirationOverview,
  shownPointsOverview,
  shownTurnover,
} from '../schemas/points.ts'
import { customerId } from '../values/customer-id.ts'
import { required } from '../values/reader.ts'
import { date } from '../values/times.ts'

const ofCustomer = { customer_id: required(customerId({ orLoggedIn: true })) }
const inDays = { ...ofCustomer, date_from: date, date_to: date }

/** What a customer has, and has had (L97, L100, L101). */
export function walletRoutes({ database }: CareCloudDependencies): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/wallet/actions/points-overview',
      interfaces: 'both',
      summary: 'Points of a customer: earned, redeemed, free, and what these are worth',
      query: inDays,
      answers: 'object',
      shows: shownPointsOverview,
      async handle({ workspace, query, now }) {
        const { profileId } = query.customer_id
        return await database.inWorkspace(workspace.id, async (connection) => {
          const { earned, redeemed } = await readPointsOverview(connection, workspace, {
            profileId,
            fromDay: query.date_from,
            toDay: query.date_to,
          })
          const free = await readFreePoints(connection, workspace, { profileIds: [profileId], now })
          const available = free.get(profileId) ?? 0
          const { pointValue } = workspace.settings.loyalty
          return {
            earned_points: formatHundredths(earned),
            redeemed_points: formatHundredths(redeemed),
            available_points: formatHundredths(available),
            available_points_money_value: pointValue
              ? [
                  {
                    currency_id: pointValue.currency,
                    value: formatHundredths(times(available, pointValue.amount)),
                  },
                ]
              : [],
          }
        })
      },
    }),
    route({
      method: 'GET',
      path: '/wallet/actions/points-expiration-overview',
      interfaces: 'both',
      summary: 'When points of a customer expire',
      query: ofCustomer,
      answers: 'object',
      shows: shownExpirationOverview,
      async handle({ workspace, query, now }) {
        const { profileId } = query.customer_id
        const overview = await database.inWorkspace(workspace.id, (connection) =>
          readExpirationOverview(connection, workspace, { profileId, now }),
        )
        return {
          next_amount: formatHundredths(overview.nextAmount),
          next_date: overview.nextDay,
          current_month_amount: formatHundredths(overview.currentMonthAmount),
        }
      },
    }),
    route({
      method: 'GET',
      path: '/wallet/actions/sales-turnover',
      interfaces: 'both',
      summary: 'What a customer bought, less what was cancelled',
      query: inDays,
      answers: 'object',
      shows: shownTurnover,
      async handle({ workspace, query }) {
        const { timeZone } = workspace.settings
        const turnover = await database.inWorkspace(workspace.id, (connection) =>
          readTurnover(connection, workspace.id, query.customer_id.profileId, {
            from: query.date_from === undefined ? undefined : startOfLocalDay(query.date_from, timeZone),
            to: query.date_to === undefined ? undefined : endOfLocalDay(query.date_to, timeZone),
          }),
        )
        return {
          turnover: turnover.map(({ currency, value }) => ({
            currency_id: currency,
            value: formatHundredths(value),
            due_date: null,
          })),
        }
      },
    }),
    ...creditRoutes(),
  ]
}

/** Credits are not kept: all of it is 0 (carecloud 9.7). */
function creditRoutes(): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/wallet/actions/credits-overview',
      interfaces: 'both',
      summary: 'Credits of a customer: there are none',
      query: ofCustomer,
      answers: 'object',
      shows: shownCreditsOverview,
      handle: () => ({ earned_credits: 0, redeemed_credits: 0, available_credits: 0, split_by_currency: [] }),
    }),
    route({
      method: 'GET',
      path: '/wallet/actions/credits-expiration-overview',
      interfaces: 'both',
      summary: 'When credits of a customer expire: there are none',
      query: ofCustomer,
      answers: 'object',
      shows: shownCreditsExpirationOverview,
      handle: () => ({ next_amount: 0, next_date: null, current_month_amount: 0, split_by_currency: [] }),
    }),
  ]
}
