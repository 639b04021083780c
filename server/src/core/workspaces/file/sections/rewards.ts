import { type Static, Type } from 'typebox'
import { amount, currency, Limit, Stock } from '../values/amounts.ts'
import { CalendarDate } from '../values/moments.ts'
import { group, listOf, matchingText } from '../values/shapes.ts'
import { Id, Label, LocalizedText, OptionalText, Reference } from '../values/texts.ts'
import { PropertyValues } from './loyalty.ts'

/** What is typed in at a till. */
const Code = matchingText(/^[\x21-\x7e]{1,64}$/, 'must be 1 to 64 visible ASCII characters without blanks')

const CouponCodes = Type.Union([
  group({
    generate: Type.Refine(
      matchingText(
        /^[A-Za-z0-9_.#-]{1,64}$/,
        'must be 1 to 64 letters, digits, "-", "_", "." and "#" (each # becomes a letter or a digit)',
      ),
      (pattern) => pattern.split('#').length > 4,
      () => 'must have at least four #, else codes run out and are guessed',
    ),
  }),
  group({ pool: Type.Array(Code, { minItems: 1 }) }),
])

const Reward = group({
  id: Id,
  kind: Type.Enum(['coupon', 'points', 'discount', 'freebie', 'cashback', 'custom', 'none']),
  name: LocalizedText,
  code: matchingText(/^[\x21-\x7e]{1,64}$/, 'must be 1 to 64 visible ASCII characters without blanks', {
    default: (reward: { id?: string }) => reward.id ?? '',
    description: 'Default: the id (L83).',
  }),
  value: Type.Optional(amount({ description: 'Money, in `currency`.' })),
  currency: Type.Optional(currency({ description: 'Absent: the currency of the workspace.' })),
  percent: Type.Optional(amount({ maximum: 100 })),
  points: Type.Optional(amount()),
  pointType: Type.Optional(Reference),
  pointsCost: Type.Optional(amount({ description: 'Absent: not for sale.' })),
  stock: Type.Optional(Stock),
  perCustomer: Type.Optional(Limit),
  validFrom: Type.Optional(CalendarDate),
  validTo: Type.Optional(CalendarDate),
  grantValidDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 36_500, description: 'S28.' })),
  description: OptionalText,
  terms: listOf(LocalizedText),
  couponCodes: Type.Optional(CouponCodes),
  stores: listOf(Reference, { description: 'Stores that accept it; empty: all (L84).' }),
  properties: PropertyValues,
  tags: listOf(Label),
})

/** The catalogue of what customers may be given. */
export const Rewards = listOf(Reward)

export type Rewards = Static<typeof Rewards>
export type Reward = Static<typeof Reward>
