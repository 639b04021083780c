import { countIssued, mostMore } from '../../../core/rewards/catalogue.ts'
import type { Reward } from '../../../core/workspaces/file/sections/rewards.ts'
import type { Call } from '../call.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { pageOf } from '../lists/list-in-memory.ts'
import { presentStore } from '../reference-data/present-store.ts'
import { storeOrders } from '../reference-data/store-routes.ts'
import { type Route, route } from '../route.ts'
import { shownStore } from '../schemas/reference-data.ts'
import { shownReward } from '../schemas/rewards.ts'
import { customerId } from '../values/customer-id.ts'
import { required } from '../values/reader.ts'
import { flag } from '../values/scalars.ts'
import { isValidNow, presentReward, rewardOrders, storesOf } from './present-reward.ts'
import { filterRewards, rewardQuery } from './reward-filters.ts'

/** `/rewards` and what lists rewards for one customer (L83–L85). */
export function rewardRoutes({ database }: CareCloudDependencies): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/rewards',
      interfaces: 'both',
      alsoPost: true,
      summary: 'List rewards',
      query: rewardQuery,
      answers: 'list',
      shows: shownReward,
      sortBy: rewardOrders,
      handle: (call) => page(call, filterRewards(call, call.query)),
    }),
    route({
      method: 'GET',
      path: '/rewards/actions/reward-recommendations',
      interfaces: 'both',
      summary: 'List the rewards that a customer can get',
      query: { ...rewardQuery, customer_id: required(customerId({ orLoggedIn: true })) },
      answers: 'list',
      shows: shownReward,
      listKey: 'rewards',
      sortBy: rewardOrders,
      handle: async (call) => page(call, await availableTo(call, call.query.customer_id.profileId)),
    }),
    ...(['rewards', 'reward-recommendations'] as const).map((name) =>
      route({
        method: 'GET',
        path: `/customers/:customer_id/${name}`,
        interfaces: 'both',
        summary: 'List the rewards that the customer can get',
        query: rewardQuery,
        answers: 'list',
        shows: shownReward,
        listKey: 'rewards',
        sortBy: rewardOrders,
        handle: async (call) => page(call, await availableTo(call, call.customer.profileId)),
      }),
    ),
    route({
      method: 'GET',
      path: '/rewards/:reward_id',
      interfaces: 'both',
      summary: 'One reward',
      find: findReward,
      query: { without_stores: flag },
      answers: 'object',
      shows: shownReward,
      handle: (call) => presentReward(call.found, call, { withStores: call.query.without_stores === false }),
    }),
    route({
      method: 'GET',
      path: '/rewards/:reward_id/stores',
      interfaces: 'both',
      summary: 'List the stores that accept the reward',
      find: findReward,
      answers: 'list',
      shows: shownStore,
      sortBy: storeOrders,
      handle: (call) =>
        pageOf(
          storesOf(call.workspace, call.found).map((store) => presentStore(store, call)),
          call.list,
          call.languages[0] ?? '',
        ),
    }),
  ]

  /** Leaves out what the customer can no longer get (L85). */
  async function availableTo(
    call: Call & { readonly query: Parameters<typeof filterRewards>[1] },
    profileId: string,
  ): Promise<readonly Reward[]> {
    const { workspace } = call
    const issued = await database.inWorkspace(workspace.id, (connection) =>
      countIssued(connection, workspace, profileId),
    )
    return filterRewards(call, call.query).filter(
      (reward) => reward.kind !== 'none' && isValidNow(reward, call) && mostMore(reward, issued) > 0,
    )
  }
}

/** The reward of a path. */
export function findReward({
  workspace,
  params,
}: {
  readonly workspace: Call['workspace']
  readonly params: { readonly reward_id: string }
}): Reward | undefined {
  return workspace.settings.rewards.find(({ id }) => id === params.reward_id)
}

function page(
  call: Call & {
    readonly list: Parameters<typeof pageOf>[1]
    readonly query: { readonly without_stores?: boolean | undefined }
  },
  rewards: readonly Reward[],
) {
  const withStores = call.query.without_stores === false
  return pageOf(
    rewards.map((reward) => presentReward(reward, call, { withStores })),
    call.list,
    call.languages[0] ?? '',
  )
}
