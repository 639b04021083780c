import { endOfLocalDay, localDayOf, startOfLocalDay } from '../../../core/local-time/local-time.ts'
import { acceptsStore, isValidOn } from '../../../core/rewards/catalogue.ts'
import { chooseText } from '../../../core/texts/choose-text.ts'
import type { Store } from '../../../core/workspaces/file/sections/loyalty.ts'
import type { Reward } from '../../../core/workspaces/file/sections/rewards.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'
import type { Presented } from '../lists/list-in-memory.ts'
import { presentTag } from '../reference-data/list-routes.ts'
import { presentStore } from '../reference-data/present-store.ts'
import { propertyRecordsOf } from '../reference-data/property-routes.ts'
import { sortedBy, type Viewpoint, withChange } from '../reference-data/reference-list.ts'
import { presentTime } from '../values/times.ts'

/** Who looks at rewards, and when. */
export interface RewardView extends Viewpoint {
  readonly now: Date
}

/** Fields by which rewards are sorted (L38). */
export const rewardOrders = sortedBy([
  'reward_id',
  'code',
  'name',
  'note',
  'subtitle',
  'points_cost',
  'valid_time_from',
  'valid_time_to',
  'reward_group',
  'reward_type_id',
  'priority',
  'reward_external_url',
  'has_product_condition',
  'has_group_condition',
  'has_brand_condition',
  'has_product_bonus',
  'has_group_bonus',
  'has_brand_bonus',
  'is_automated',
  'state',
])

/** A reward of the catalogue (L83, L84); its stores only where they are asked for. */
export function presentReward(reward: Reward, view: RewardView, { withStores = false } = {}): Presented {
  const { workspace, languages } = view
  const { from, to } = validityOf(reward, workspace)
  return withChange(
    {
      reward_id: reward.id,
      code: reward.code,
      name: chooseText(reward.name, languages),
      note: null,
      subtitle: null,
      points_cost: reward.pointsCost ?? 0,
      valid_time_from: presentTime(from, workspace),
      valid_time_to: presentTime(to, workspace),
      reward_group: groupOf(reward),
      reward_type_id: reward.kind,
      store_list: withStores ? storesOf(workspace, reward).map((store) => presentStore(store, view)) : [],
      additional_properties: propertyRecordsOf(reward, view),
      priority: null,
      image_urls: [],
      reward_external_url: null,
      has_product_condition: false,
      has_group_condition: false,
      has_brand_condition: false,
      has_product_bonus: false,
      has_group_bonus: false,
      has_brand_bonus: false,
      reward_product_relation_conditions: [],
      reward_product_relation_bonuses: [],
      is_automated: false,
      tags: reward.tags.map((tag) => withChange(presentTag(tag), workspace)),
      state: isValidNow(reward, view) ? 1 : 2,
    },
    workspace,
  )
}

/** 1: for points; 4: for nothing (L83). */
export function groupOf({ pointsCost = 0 }: Reward): 1 | 4 {
  return pointsCost > 0 ? 1 : 4
}

export function isValidNow(reward: Reward, { workspace, now }: Omit<RewardView, 'languages'>): boolean {
  return isValidOn(reward, localDayOf(now, workspace.settings.timeZone))
}

/** The stores that accept it: all where it names none. */
export function storesOf(workspace: Workspace, { id }: Reward): readonly Store[] {
  return workspace.settings.loyalty.stores.filter((store) => acceptsStore(workspace, id, store.id))
}

/** The first and the last moment of its validity. */
export function validityOf(
  { validFrom, validTo }: Reward,
  { settings: { timeZone } }: Workspace,
): { readonly from: Date | null; readonly to: Date | null } {
  return {
    from: validFrom === undefined ? null : startOfLocalDay(validFrom, timeZone),
    to: validTo === undefined ? null : endOfLocalDay(validTo, timeZone),
  }
}
