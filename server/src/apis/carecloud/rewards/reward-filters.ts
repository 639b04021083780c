import { acceptsStore } from '../../../core/rewards/catalogue.ts'
import { chooseText } from '../../../core/texts/choose-text.ts'
import type { Reward } from '../../../core/workspaces/file/sections/rewards.ts'
import { holds } from '../lists/list-in-memory.ts'
import { anyOf } from '../lists/list-query.ts'
import type { Read } from '../values/reader.ts'
import { flag, id, integer, text } from '../values/scalars.ts'
import { dateTime } from '../values/times.ts'
import { groupOf, isValidNow, type RewardView, validityOf } from './present-reward.ts'

/** The query of `/rewards` and of what lists rewards elsewhere (9.5). */
export const rewardQuery = {
  name: text(),
  code: text(),
  store_id: id,
  is_valid: flag,
  valid_from: dateTime(),
  valid_to: dateTime({ dayAs: 'end' }),
  is_automated: flag,
  reward_group: integer(),
  reward_type_id: id,
  tag_ids: anyOf(id),
  without_stores: flag,
}

/** The rewards that fit, in file order; `valid_from` and `valid_to` keep what is valid at some time between (L84). */
export function filterRewards(view: RewardView, query: Read<typeof rewardQuery>): readonly Reward[] {
  const { workspace, languages } = view
  return workspace.settings.rewards.filter((reward) => {
    const { from, to } = validityOf(reward, workspace)
    return (
      holds(chooseText(reward.name, languages), query.name) &&
      (query.code ?? reward.code) === reward.code &&
      (query.store_id === undefined || acceptsStore(workspace, reward.id, query.store_id)) &&
      (query.is_valid === undefined || query.is_valid === isValidNow(reward, view)) &&
      !(query.valid_from && to && to < query.valid_from) &&
      !(query.valid_to && from && from > query.valid_to) &&
      query.is_automated !== true &&
      (query.reward_group ?? groupOf(reward)) === groupOf(reward) &&
      (query.reward_type_id ?? reward.kind) === reward.kind &&
      (query.tag_ids === undefined || query.tag_ids.some((tag) => reward.tags.includes(tag)))
    )
  })
}
