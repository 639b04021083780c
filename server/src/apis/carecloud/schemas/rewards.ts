import { Type } from 'typebox'
import { shownPropertyRecord } from './customers.ts'
import { referenceObject, shownStore } from './reference-data.ts'
import { Amount, Chosen, Count, Flag, Issued, listOf, nullable, object, State, Text, Time } from './values.ts'

/** L83, L84. */
export const shownReward = {
  reward_id: Chosen,
  code: Text,
  name: Text,
  note: nullable(Text),
  subtitle: nullable(Text),
  points_cost: Type.Number({ description: '0: not for sale.' }),
  valid_time_from: nullable(Time),
  valid_time_to: nullable(Time),
  reward_group: Type.Integer({ description: '1 with a points cost, else 4.' }),
  reward_type_id: Type.String({ description: 'The kind of the reward.' }),
  store_list: Type.Array(object(shownStore), { description: 'Empty unless without_stores=false.' }),
  additional_properties: listOf(shownPropertyRecord),
  priority: nullable(Count),
  image_urls: Type.Array(Text),
  reward_external_url: nullable(Text),
  has_product_condition: Flag,
  has_group_condition: Flag,
  has_brand_condition: Flag,
  has_product_bonus: Flag,
  has_group_bonus: Flag,
  has_brand_bonus: Flag,
  reward_product_relation_conditions: listOf({}),
  reward_product_relation_bonuses: listOf({}),
  is_automated: Flag,
  tags: listOf(referenceObject('/rewards/tags')),
  last_change: Time,
  state: State,
}

/** L85, L88. */
export const shownVoucher = {
  voucher_id: Issued,
  customer_id: Issued,
  store_id: nullable(Chosen),
  code: Text,
  value: nullable(Amount),
  applied_date: nullable(Time),
  valid_from: Time,
  valid_to: nullable(Time),
  reward_group: nullable(Text),
  note: nullable(Text),
  reward: nullable(object(shownReward)),
  created_at: Time,
  last_change: Time,
  state: Type.Integer({ description: '1 usable, 2 applied or past its end.' }),
}
