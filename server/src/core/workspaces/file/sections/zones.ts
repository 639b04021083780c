import { type Static, Type } from 'typebox'
import { group, listOf } from '../values/shapes.ts'
import { EventName, Reference } from '../values/texts.ts'

/** Named creatives (extole 15). */
export const Zones = listOf(
  group({
    name: EventName,
    campaign: Type.Optional(Reference),
    data: Type.Record(Type.String(), Type.Unknown(), {
      description: 'Any JSON; strings may hold {{…}} (E98).',
    }),
  }),
)

export type Zones = Static<typeof Zones>
