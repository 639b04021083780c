import { Type } from 'typebox'
import { shownAddress } from './customers.ts'
import {
  Amount,
  Chosen,
  Count,
  Flag,
  listOf,
  nullable,
  object,
  type Shown,
  State,
  Text,
  Time,
} from './values.ts'

/** Field by field as the workspace file's lists are answered (9.4); `last_change` is added to each of them. */
const fields: Readonly<Record<string, Shown>> = {
  '/customer-sources': {
    customer_source_id: Chosen,
    name: Text,
    customer_source_text_id: Chosen,
    state: State,
  },
  '/interests': { interest_id: Chosen, name: Text },
  '/card-types': { card_type_id: Chosen, text_id: Chosen, name: Text, prefix: Text },
  '/point-types': { point_type_id: Chosen, name: Text },
  '/reward-types': { reward_type_id: Text, name: Text },
  '/partners': {
    partner_id: Chosen,
    name: Text,
    address: shownAddress,
    registration_id: nullable(Text),
    vat_id: nullable(Text),
    email: nullable(Text),
    phone: nullable(Text),
    state: State,
  },
  '/agreements': {
    agreement_id: Chosen,
    name: Text,
    text: Text,
    withdrawal_text: Text,
    communication_channel_id: nullable(Text),
    text_id: Chosen,
  },
  '/languages': { language_id: Text, state: State },
  '/countries': { country_id: Text, name: Text, state: State },
  '/currencies': { currency_id: Text, name: Text, code: Text },
  '/communication-channels': {
    communication_channel_id: Type.Enum(['email', 'sms', 'push']),
    text_id: Text,
    name: Text,
  },
  '/customer-external-applications': {
    external_application_id: Chosen,
    text_id: Chosen,
    name: Text,
    state: State,
  },
  '/customer-address-types': { address_type_id: Chosen, name: Text },
  '/event-types': {
    event_type_id: Chosen,
    event_group_id: Text,
    event_group_text_id: Text,
    name: Text,
    text_id: Chosen,
    icon_name: nullable(Text),
    state: State,
  },
  '/purchase-types': { type_id: Chosen, name: Text, text_id: Chosen },
  '/purchase-item-types': { type_id: Chosen, name: Text, text_id: Chosen },
  '/statuses': {
    status_id: Chosen,
    name: Text,
    description: Text,
    qualification_period: Type.Integer({ description: 'Months.' }),
    qualification_turnover: listOf({}),
    qualification_points: Amount,
    previous_status: nullable(Chosen),
    next_status: nullable(Chosen),
    validity_period: Type.String({ examples: ['12 months'] }),
    collection_points: Flag,
    payment_points: Flag,
    qualification_type: Type.Integer({ description: '0 for the lowest, 2 for the others.' }),
    discount: Amount,
    overall_discount_on_discounted_purchase_items: Flag,
    text_id: Chosen,
  },
  '/rewards/tags': { tag_id: Text, name: Text, text_id: Text, state: State },
}

const Choice = listOf({ id: Chosen, name: Text, resource_record_id: nullable(Text), state: State })

/** The definition of a property (L82). */
const definition = {
  property_id: Chosen,
  name: Text,
  description: Text,
  data_type: Type.Enum([
    'string',
    'integer',
    'float',
    'boolean',
    'date',
    'timestamp',
    'enum',
    'multiselect',
    'custom',
  ]),
  items: Choice,
  is_required: Flag,
  is_unique: Flag,
  state: State,
}

/** An object of a list of the workspace file. */
export function referenceObject(path: string): Shown {
  return { ...(fields[path] ?? definition), last_change: Time }
}

const TimeOfDay = nullable(Type.String({ examples: ['09:00:00'] }))

/** L80. */
export const shownStore = {
  store_id: Chosen,
  store_code: Text,
  name: Text,
  store_address: shownAddress,
  contact_email: Text,
  manager_name: Text,
  phone_number: Text,
  partner_id: nullable(Chosen),
  system_id: Text,
  gps_coordinates: object({ gps_longitude: Type.Number(), gps_latitude: Type.Number() }),
  url_address: Text,
  opening: listOf({
    day_id: Type.Enum(['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN']),
    time_intervals: listOf({ from: TimeOfDay, to: TimeOfDay }),
  }),
  image_urls: Type.Array(Text),
  visibility_for_customer: Count,
  short_description: Text,
  description: Text,
  registration_id: Text,
  state: State,
  last_change: Time,
}
