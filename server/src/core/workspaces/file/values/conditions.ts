import { type Static, Type } from 'typebox'
import { group } from './shapes.ts'

export const Scalar = Type.Union([Type.String({ maxLength: 16_384 }), Type.Number(), Type.Boolean()])

const Equal = Type.Optional(Scalar)
const Ordered = Type.Optional(Type.Number())

/** Tests of one property of an event; all have to hold (G56). */
const PropertyTests = group(
  {
    '=': Equal,
    '!=': Equal,
    '>': Ordered,
    '>=': Ordered,
    '<': Ordered,
    '<=': Ordered,
    in: Type.Optional(Type.Array(Scalar, { minItems: 1 })),
  },
  { minProperties: 1 },
)

/** Tests of an event's data, by the property's name: `{ amount: { ">=": 20 } }`. */
export const Conditions = Type.Record(Type.String(), PropertyTests, { minProperties: 1 })
export type Conditions = Static<typeof Conditions>
