import { listVouchers, type VoucherFilter } from '../../../core/rewards/list-vouchers.ts'
import type { Call } from '../call.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { anyOf } from '../lists/list-query.ts'
import { listedProfiles } from '../reach.ts'
import { findReward } from '../rewards/reward-routes.ts'
import { type Route, route } from '../route.ts'
import { shownVoucher } from '../schemas/rewards.ts'
import { customerId } from '../values/customer-id.ts'
import type { Read } from '../values/reader.ts'
import { flag, id, text } from '../values/scalars.ts'
import { findVoucher } from './find-voucher.ts'
import { presentVoucher, voucherOrders } from './present-voucher.ts'

const voucherQuery = {
  code: text(),
  store_id: id,
  is_valid: flag,
  is_applied: flag,
  reward_id: anyOf(id),
  without_stores: flag,
}

/** Lists of vouchers, and one of them (9.5). */
export function voucherListRoutes({ database }: CareCloudDependencies): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/vouchers',
      interfaces: 'both',
      summary: 'List vouchers',
      query: { ...voucherQuery, customer_id: customerId() },
      answers: 'list',
      shows: shownVoucher,
      sortBy: voucherOrders,
      handle: (call) => page(call, { profileIds: listedProfiles(call.reach, call.query.customer_id) }),
    }),
    route({
      method: 'GET',
      path: '/customers/:customer_id/vouchers',
      interfaces: 'both',
      summary: 'List the vouchers of the customer',
      query: voucherQuery,
      answers: 'list',
      shows: shownVoucher,
      sortBy: voucherOrders,
      handle: (call) => page(call, { profileIds: [call.customer.profileId] }),
    }),
    route({
      method: 'GET',
      path: '/rewards/:reward_id/vouchers',
      interfaces: 'both',
      summary: 'List the vouchers of the reward',
      find: findReward,
      query: { ...voucherQuery, customer_id: customerId() },
      answers: 'list',
      shows: shownVoucher,
      sortBy: voucherOrders,
      handle: (call) =>
        page(call, {
          profileIds: listedProfiles(call.reach, call.query.customer_id),
          rewardIds: [call.found.id],
        }),
    }),
    route({
      method: 'GET',
      path: '/vouchers/:voucher_id',
      interfaces: 'both',
      summary: 'One voucher',
      query: { without_stores: flag },
      find: (call) => findVoucher(database, call),
      answers: 'object',
      shows: shownVoucher,
      handle: (call) => presentVoucher(call.found, call, { withStores: call.query.without_stores === false }),
    }),
  ]

  async function page(
    call: Call & {
      readonly list: Parameters<typeof listVouchers>[4]
      readonly query: Read<typeof voucherQuery>
    },
    among: VoucherFilter,
  ) {
    const { workspace, query, now } = call
    const filter = {
      rewardIds: query.reward_id,
      ...among,
      code: query.code,
      storeId: query.store_id,
      isValid: query.is_valid,
      isApplied: query.is_applied,
    }
    const { items, total } = await database.inWorkspace(workspace.id, (connection) =>
      listVouchers(connection, workspace, filter, now, call.list),
    )
    const withStores = query.without_stores === false
    return { items: items.map((grant) => presentVoucher(grant, call, { withStores })), total }
  }
}
