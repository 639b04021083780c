import { type Static, Type } from 'typebox'
import { flag, group, listOf } from '../values/shapes.ts'
import { EventName, Label, LocalizedText } from '../values/texts.ts'

/** Names of events in use (S25–S27, C65, X66). */
export const EventTypes = listOf(
  group({
    code: EventName,
    name: Type.Union([...LocalizedText.anyOf], { default: (event: { code?: string }) => event.code ?? '' }),
    attributes: listOf(group({ name: Label, type: Type.Enum(['string', 'number', 'boolean', 'date']) })),
    backendOnly: flag(false, {
      description: 'Moves campaigns, points, … only when a back end sends it (S27).',
    }),
  }),
)

export type EventTypes = Static<typeof EventTypes>
