import { type Static, Type } from 'typebox'
import { webUrl } from '../values/addresses.ts'
import { group, listOf } from '../values/shapes.ts'
import { Id } from '../values/texts.ts'

/** Outgoing calls (S31, S32; G73). */
export const Webhooks = listOf(
  group({
    id: Id,
    url: webUrl(),
    events: Type.Array(
      Type.Enum([
        'reward.granted',
        'reward.redeemed',
        'reward.withdrawn',
        'campaign.interaction',
        'nudge.sent',
        'segment.entered',
        'segment.left',
        'profile.merged',
        'profile.erased',
        '*',
      ]),
      { minItems: 1 },
    ),
    format: Type.Enum(['standard', 'customerglu'], { default: 'standard' }),
    secret: Type.Optional(Type.String({ minLength: 8, maxLength: 255, description: 'Left out: generated.' })),
  }),
)

export type Webhooks = Static<typeof Webhooks>
