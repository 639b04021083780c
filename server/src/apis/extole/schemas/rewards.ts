import { type TSchema, Type } from 'typebox'
import { PersonObject } from './people.ts'
import { about, Data, Id, nullable, optional, Text, Time } from './values.ts'

/** E104. */
export const Reward = Type.Object(
  {
    id: Id,
    reward_id: Id,
    state: Type.Enum(['EARNED', 'FULFILLED', 'REDEEMED', 'REVOKED', 'CANCELED', 'FAILED']),
    amount: Type.String({ examples: ['5'] }),
    face_value: Type.String({ examples: ['5'] }),
    face_value_type: Type.String({ examples: ['EUR'], description: 'A currency, POINTS or PERCENT_OFF.' }),
    date_earned: Time,
    date_issued: Time,
    date_delivered: nullable(Time),
    type: Type.Enum(['COUPON', 'CUSTOM_REWARD']),
    reward_type: Type.Enum(['COUPON', 'ID']),
    code: nullable(Text),
    partner_reward_id: nullable(Text),
    tags: Type.Array(Text, { description: 'Those of the catalogue, and advocate or friend.' }),
    slots: Type.Array(Text),
    campaign_id: Id,
    program_label: nullable(Text),
    sandbox: Text,
    reward_supplier_id: Id,
    partner_reward_supplier_id: nullable(Text),
    reward_name: Type.String({ description: 'Its id in the workspace file.' }),
    expiry_date: nullable(Time),
    redeemed_date: nullable(Time),
    journey_name: nullable(Type.Enum(['advocate', 'friend'])),
    journey_key: nullable(Text),
  },
  { description: 'One reward that was granted.' },
)
export const Rewards = Type.Array(Reward, { description: 'Oldest first; none for an anonymous token.' })

/** E107. */
export const RewardStatus = Type.Object(
  {
    reward: nullable(Reward),
    status: Type.Enum(['PENDING', 'SUCCEEDED', 'FAILED']),
    quality_results: Type.Array(Data),
  },
  { description: 'FAILED: the event caused no reward of the caller’s.' },
)

export const rewardFilters = optional({
  polling_id: about('The id of an event.'),
  reward_name: Text,
  partner_event_id: Text,
})

const referral = {
  shareable_id: Id,
  reason: Type.Enum(['referral', 'conversion']),
  container: Text,
  updated_at: Time,
  person: PersonObject,
}

/** E90. */
export const Referrals = listOfPeople(referral)
export const AssociatedReferrals = listOfPeople({
  ...referral,
  id: Id,
  first_name: nullable(Text),
  image_url: nullable(Text),
})

/** E91. */
export const Friends = listOfPeople({
  id: Id,
  first_name: nullable(Text),
  image_url: nullable(Text),
  events: Type.Array(
    Type.Object({ campaign_id: Id, event_date: Time, step_name: Text, email: nullable(Text) }),
  ),
})

function listOfPeople(members: Readonly<Record<string, TSchema>>): TSchema {
  return Type.Array(Type.Object(members), { description: 'As far as the token may see.' })
}
