import { Type } from 'typebox'
import { Amount, Chosen, Day, Issued, listOf, nullable, State, Text, Time } from './values.ts'

/** L95. */
export const shownPoint = {
  point_id: Issued,
  customer_id: nullable(Issued),
  assigned_points: Type.Number({ description: 'What moved; negative where points went.' }),
  available_points: Type.Number({ description: 'What is left of the lot that it opened.' }),
  point_type_id: Chosen,
  partner_id: nullable(Chosen),
  valid_to: nullable(Time),
  created_at: Time,
  note: nullable(Text),
  last_change: Time,
  state: State,
}

/** L100. */
export const shownHistoryEntry = {
  customer_id: nullable(Issued),
  point_amount: Amount,
  point_operation_type: Type.String({ examples: ['Purchase'] }),
  point_operation_note: nullable(Text),
  point_type_id: Chosen,
  partner_id: nullable(Chosen),
  store_id: nullable(Chosen),
  point_history_record_time: Time,
  extended_data: Type.String({
    description: 'JSON: date_of_points_expiration, external_purchase_id, purchase_value.',
  }),
  last_change: Time,
}

/** L98. */
export const shownReservation = {
  points_reservation_id: Issued,
  customer_id: nullable(Issued),
  external_id: Text,
  quantity: Amount,
  expiration: nullable(Time),
  last_change: Time,
  state: Type.Integer({ description: '1 active, 0 freed or used, 2 expired.' }),
}

/** L97, L100. */
export const shownPointsOverview = {
  earned_points: Amount,
  redeemed_points: Amount,
  available_points: Type.Number({ description: 'What is free: the balance less active reservations.' }),
  available_points_money_value: listOf({ currency_id: Text, value: Amount }),
}

/** L101. */
export const shownExpirationOverview = {
  next_amount: Amount,
  next_date: nullable(Day),
  current_month_amount: Amount,
}

export const shownTurnover = {
  turnover: listOf({ currency_id: Text, value: Amount, due_date: nullable(Day) }),
}

/** Credits are not kept: all of it is 0. */
export const shownCreditsOverview = {
  earned_credits: Amount,
  redeemed_credits: Amount,
  available_credits: Amount,
  split_by_currency: listOf({}),
}
export const shownCreditsExpirationOverview = { ...shownExpirationOverview, split_by_currency: listOf({}) }

/** L102, L105. */
export const shownStatusRecord = {
  status_record_id: Issued,
  status_id: Chosen,
  customer_id: Issued,
  valid_from: Time,
  valid_to: nullable(Time),
  purchase_conditions: Type.Object({
    keep_status_turnover: listOf({}),
    next_status_turnover: listOf({}),
    keep_status_points: Type.Number({ description: 'Missing to keep the status.' }),
    next_status_points: Type.Number({ description: 'Missing to reach the next one.' }),
    next_status_id: nullable(Chosen),
  }),
  last_change: Time,
  state: State,
}

export const shownCard = {
  card_id: Issued,
  customer_id: nullable(Type.String({ description: 'None: the card is free.' })),
  card_type_id: Chosen,
  card_number: Text,
  secondary_card_number: nullable(Text),
  valid_from: nullable(Time),
  valid_to: nullable(Time),
  store_id: nullable(Chosen),
  last_change: Time,
  state: Type.Integer({ description: '1 active, 0 blocked.' }),
}
