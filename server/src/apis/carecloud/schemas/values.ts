import { type TSchema, Type } from 'typebox'

/** What is answered, field by field: each is always there, unset ones null. */
export type Shown = Readonly<Record<string, TSchema>>

export const Text = Type.String()
export const Flag = Type.Boolean()
export const Count = Type.Integer()
/** Money or points, with two places (L51). */
export const Amount = Type.Number()

/** An id that was issued (L58). */
export const Issued = Type.String({ description: 'Opaque.', examples: ['4718022356318071942'] })
/** An id of the workspace file (L57). */
export const Chosen = Type.String({ description: 'Of the workspace file.' })
/** L47. */
export const Time = Type.String({ description: 'Local time.', examples: ['2026-03-10 09:00:00'] })
export const Day = Type.String({ examples: ['2026-03-10'] })

/** 0 deleted, 1 active, 2 not active (L49). */
export const State = Type.Integer({ description: '1 active, 2 not active.' })

export function nullable(schema: TSchema): TSchema {
  return Type.Union([schema, Type.Null()])
}

export function object(shown: Shown): TSchema {
  return Type.Object(shown)
}

export function listOf(shown: Shown): TSchema {
  return Type.Array(object(shown))
}
