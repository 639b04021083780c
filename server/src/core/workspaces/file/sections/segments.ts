import { type Static, Type } from 'typebox'
import { channels } from '../../../consents/channels.ts'
import { Scalar } from '../values/conditions.ts'
import { group, listOf } from '../values/shapes.ts'
import { EventName, Id, Label, LocalizedText, Reference } from '../values/texts.ts'

const Comparison = Type.Enum(['=', '!=', '>', '>=', '<', '<='])
const TestedValue = Type.Union([...Scalar.anyOf, Type.Array(Scalar, { minItems: 1 })])

/** `contains`: an element of a list, or a part of a text. `exists`: true or false. `in`: a list of values. */
const Test = {
  is: Type.Enum([...Comparison.enum, 'in', 'contains', 'exists']),
  value: TestedValue,
}

/** Rules of membership. What tells one kind from another is its first member. */
export const SegmentRule = Type.Cyclic(
  {
    Rule: Type.Union([
      group({ all: Type.Array(Type.Ref('Rule'), { minItems: 1 }) }),
      group({ any: Type.Array(Type.Ref('Rule'), { minItems: 1 }) }),
      group({ not: Type.Ref('Rule') }),
      group({ attribute: Reference, ...Test }),
      group({ freeAttribute: Label, ...Test }, { description: 'A name that no schema knows (G17).' }),
      group(
        {
          event: EventName,
          count: Comparison,
          value: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
          withinDays: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 3650, description: 'Absent: since the beginning.' }),
          ),
        },
        { description: 'How often an event happened in a window that ends now.' },
      ),
      group({ consent: Reference, is: Type.Enum(['given', 'withdrawn', 'unset']) }, { description: 'S24.' }),
      group({
        optedOut: Type.Enum([...channels, 'ALL'], { description: 'Channel (C67).' }),
      }),
      group({ blacklisted: Type.Boolean() }),
      group({ addressOptedOut: Type.Boolean({ description: 'The opt-out from share mails (E124).' }) }),
    ]),
  },
  'Rule',
)

export const Segments = listOf(
  group({
    id: Id,
    name: LocalizedText,
    where: Type.Optional(SegmentRule),
    list: Type.Boolean({ default: false, description: 'Membership by list; stands in place of `where`.' }),
  }),
)

export type Segments = Static<typeof Segments>
export type SegmentRule = Static<typeof SegmentRule>
