import { type Static, Type } from 'typebox'
import { DeepLink, OptionalWebUrl, webUrl } from '../values/addresses.ts'
import { amount, Limit, Stock } from '../values/amounts.ts'
import { Conditions } from '../values/conditions.ts'
import { Instant } from '../values/moments.ts'
import { group, listOf, matchingText } from '../values/shapes.ts'
import { EventName, Id, LocalizedText, OptionalText, Reference } from '../values/texts.ts'

/** An event, and what its data must hold. */
const Trigger = group({ event: EventName, where: Type.Optional(Conditions) })

/** What every type of campaign has. */
const common = {
  id: Id,
  name: LocalizedText,
  status: Type.Enum(['draft', 'live', 'paused', 'ended'], { default: 'draft' }),
  start: Type.Optional(Instant),
  end: Type.Optional(Instant),
  audience: Type.String({ minLength: 1, default: 'all', description: 'all, a segment, or api (G70).' }),
  unlockedBy: Type.Optional(Trigger),
  banner: group(
    {
      title: OptionalText,
      body: OptionalText,
      tag: Type.String({ maxLength: 64, default: '' }),
      imageUrl: OptionalWebUrl,
    },
    { default: {} },
  ),
  budget: Type.Optional(
    group({ points: Type.Optional(amount()), value: Type.Optional(amount()) }, { minProperties: 1 }),
  ),
  cta: Type.Optional(group({ label: LocalizedText, deepLink: DeepLink })),
}

const Prize = group({
  reward: Type.String({ minLength: 1, description: 'A reward, or none for a blank.' }),
  weight: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
  stock: Type.Optional(Stock),
  label: Type.Optional(LocalizedText),
})

/** What every type with turns has. */
const game = {
  ...common,
  plays: group(
    { limit: Limit, per: Type.Enum(['campaign', 'day', 'unlock'], { default: 'campaign' }) },
    { default: { limit: 1 }, description: 'G82. Default: one in all.' },
  ),
  prizes: Type.Array(Prize, { minItems: 1, maxItems: 100 }),
}

const Question = group({
  prompt: LocalizedText,
  choices: Type.Array(LocalizedText, { minItems: 2, maxItems: 20 }),
  answer: Type.Integer({ minimum: 0, description: 'Position of the right choice, from 0.' }),
})

const Streak = group({
  type: Type.Literal('streak'),
  ...common,
  step: group({
    event: EventName,
    every: Type.Enum(['day', 'week', 'month'], { default: 'day' }),
    count: Type.Integer({ minimum: 1, maximum: 3650 }),
    graceDays: Type.Integer({ minimum: 0, maximum: 365, default: 0 }),
  }),
  milestones: listOf(group({ at: Type.Integer({ minimum: 1, maximum: 3650 }), reward: Reference })),
})

const MultiStep = group({
  type: Type.Literal('multistep'),
  ...common,
  steps: Type.Array(
    group({
      id: Id,
      title: LocalizedText,
      event: EventName,
      count: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 1 }),
      reward: Type.Optional(Reference),
    }),
    { minItems: 1, maxItems: 100 },
  ),
  completionReward: Type.Optional(Reference),
})

const Referral = group({
  type: Type.Literal('referral'),
  ...common,
  label: matchingText(/^[A-Za-z0-9_-]{1,255}$/, 'must be 1 to 255 letters, digits, "-" or "_"', {
    default: (campaign: { id?: string }) => campaign.id ?? '',
    description: 'Program label and shareable label (E65, E69). Default: the id.',
  }),
  landingUrl: webUrl({ description: '{code} stands for the share code (E73).' }),
  conversion: Trigger,
  advocateReward: Type.Optional(Reference),
  friendReward: Type.Optional(Reference),
  maxRewardsPerAdvocate: Type.Optional(Limit),
  message: group(
    { subject: OptionalText, body: OptionalText },
    { default: {}, description: 'Of a share mail that brings none of its own (E84).' },
  ),
})

const Campaign = Type.Union(
  [
    group({ type: Type.Literal('spinthewheel'), ...game }),
    group({ type: Type.Literal('scratchcard'), ...game }),
    group({ type: Type.Literal('slotmachine'), ...game }),
    group({
      type: Type.Literal('memorygame'),
      ...game,
      pairs: Type.Integer({ minimum: 2, maximum: 32 }),
      timeLimitSeconds: Type.Optional(Type.Integer({ minimum: 5, maximum: 3600 })),
    }),
    group({
      type: Type.Literal('quiz'),
      ...game,
      questions: Type.Array(Question, { minItems: 1, maxItems: 100 }),
      passMark: Type.Integer({
        minimum: 0,
        maximum: 100,
        description: 'Right answers that lead to the draw.',
      }),
    }),
    Streak,
    MultiStep,
    Referral,
  ],
  { chosenBy: 'type' },
)

/** Games, streaks, programmes and referral (customerglu 13, extole 9–11). */
export const Campaigns = listOf(Campaign)

export type Campaigns = Static<typeof Campaigns>
export type Campaign = Static<typeof Campaign>
