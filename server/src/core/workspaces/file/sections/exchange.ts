import { type Static, Type } from 'typebox'
import { EndpointKey } from '../values/secrets.ts'
import { group, listOf, matchingText } from '../values/shapes.ts'
import { Label } from '../values/texts.ts'

const Endpoint = group({
  name: Label,
  key: Type.Optional(EndpointKey),
  description: Type.Optional(Type.String({ maxLength: 2000 })),
  application: Type.Optional(
    Type.Union([Label, Type.Integer({ minimum: 1 })], { description: 'Its id or exact display name (X37).' }),
  ),
  deployment: Type.Optional(
    matchingText(
      /^(?!segments$)[A-Za-z0-9._-]{1,100}$/,
      'must be 1 to 100 letters, digits, ".", "_" or "-", other than "segments"',
    ),
  ),
})

/** Partner systems and what flows between them (acoustic-exchange 4, 7, 8). */
export const Exchange = group(
  {
    endpoints: listOf(Endpoint, { description: 'A key left out is generated and shown once.' }),
    identifiers: Type.Array(
      matchingText(
        /^[a-z][a-z0-9_]{0,63}$/,
        'must be 1 to 64 lower-case letters, digits or "_", beginning with a letter',
      ),
      {
        default: ['email', 'phone', 'cookie_id', 'customer_id'],
        description:
          'Kinds of identifier that join events to profiles; the order is their strength (S18, X84).',
      },
    ),
    subscriptions: listOf(
      group(
        { eventType: Label, from: Label, to: Label },
        { description: '`eventType: "*"` means all (X93).' },
      ),
    ),
  },
  { default: {} },
)

export type Exchange = Static<typeof Exchange>
