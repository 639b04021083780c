import { Type } from 'typebox'
import { shownPropertyRecord } from './customers.ts'
import { shownVoucher } from './rewards.ts'
import { Amount, Chosen, Count, Issued, listOf, nullable, object, Text, Time } from './values.ts'

export const shownPurchaseItem = {
  purchase_item_id: Issued,
  product_id: nullable(Text),
  product_name: nullable(Text),
  product_group_id: nullable(Text),
  product_group_name: nullable(Text),
  product_brand_id: nullable(Text),
  product_brand_name: nullable(Text),
  external_id: Text,
  purchase_item_type_id: nullable(Text),
  price: Amount,
  amount: Type.Number({ description: 'The quantity.' }),
  vat_rate: nullable(Type.Number()),
  additional_properties: listOf(shownPropertyRecord),
  last_change: Time,
}

export const shownPurchase = {
  purchase_id: Issued,
  customer_id: nullable(Issued),
  store_id: Chosen,
  external_purchase_id: Type.String({ description: 'The bill_id.' }),
  payment_time: Time,
  items_count: Count,
  purchase_items: Type.Array(object(shownPurchaseItem), {
    description: 'Empty unless purchase_items_extension=true.',
  }),
  type_id: Chosen,
  total_price: Amount,
  currency_id: Text,
  card_number: nullable(Text),
  cashdesk_number: nullable(Text),
  property_records: Type.Array(object(shownPropertyRecord), {
    description: 'Empty unless include_property_records=true.',
  }),
  last_change: Time,
}

export const shownPaymentSummary = {
  earned_points: Amount,
  used_credits: Amount,
  used_points: Type.Number({ description: 'Paid on the bill.' }),
  used_points_total: Type.Number({ description: 'These, and the cost of rewards bought in it.' }),
  used_vouchers: listOf(shownVoucher),
}

/** L110. */
export const shownRecommendations = {
  recommended_best_rewards: listOf({
    code: Type.String({ description: 'For benefit_codes of accept-payment.' }),
    name: Text,
    reward_priority: nullable(Count),
    max_count: Count,
    description: Text,
    reward_properties: object({
      image: nullable(Text),
      valid_time_from: nullable(Time),
      valid_time_to: nullable(Time),
    }),
  }),
  total_items: Count,
}

/** L109. */
export const shownAcceptedPayment = {
  recommended_discounts: listOf({}),
  credit_points: Type.Number({ description: 'Points that the bill takes.' }),
  price_of_credit_points: Type.Number({ description: 'What they pay.' }),
  credit: Amount,
  vouchers: listOf({
    code: Text,
    name: Text,
    discount_value: Amount,
    discount_percent: nullable(Type.Number()),
    bill_item_id: nullable(Text),
  }),
  credit_points_of_this_transaction: Type.Number({ description: 'Points that the bill earns.' }),
  total_credit_points: Type.Number({ description: 'Free points afterwards.' }),
  total_credit: Amount,
  messages: Type.Array(Text),
}
