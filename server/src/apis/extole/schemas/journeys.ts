import { type TSchema, Type } from 'typebox'
import { Data, Id, nullable, optional, Text, Time } from './values.ts'

const endMembers = [
  'advocate_code',
  'advocate_partner_id',
  'consumer_event_id',
  'coupon_code',
  'profile_id',
  'promotable_code',
  'referral_reason',
  'share_id',
  'shareable_id',
]

function endOf(prefix: 'entry' | 'last'): Record<string, TSchema> {
  return Object.fromEntries(endMembers.map((name) => [`${prefix}_${name}`, nullable(Text)]))
}

/** E111. */
export const Journeys = Type.Array(
  Type.Object({
    id: Id,
    journey_type: Type.Enum(['friend', 'advocate']),
    campaign_id: Id,
    container: Text,
    entry_label: nullable(Text),
    entry_reason: nullable(Text),
    entry_zone: nullable(Text),
    last_zone: nullable(Text),
    created_date: Time,
    updated_date: Time,
    data: Data,
    ...endOf('entry'),
    ...endOf('last'),
  }),
  { description: 'One for each attribution and each share code, oldest first.' },
)

export const journeyFilters = optional({ container: Text, type: Type.Enum(['friend', 'advocate']) })
