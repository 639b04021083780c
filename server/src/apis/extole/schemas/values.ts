import { type TSchema, Type } from 'typebox'

export const Text = Type.String()

/** E9. */
export const Id = Type.String({ description: 'Decimal digits.', examples: ['7478912345678901234'] })

/** E10. */
export const Time = Type.String({ description: 'RFC 3339, UTC.', examples: ['2026-11-21T10:00:00.000Z'] })

/** A map: any names, any JSON. */
export const Data = mapOf(Type.Unknown())

/** A map: any names, a text each. */
export const Texts = mapOf(Type.String())

function mapOf(value: TSchema) {
  return Type.Unsafe<object>({ type: 'object', additionalProperties: value })
}

/** Written as null where there is none (E8). */
export function nullable(schema: TSchema): TSchema {
  return Type.Union([schema, Type.Null()])
}

/** Fields that a request may leave out. */
export function optional(members: Readonly<Record<string, TSchema>>): Record<string, TSchema> {
  return Object.fromEntries(Object.entries(members).map(([name, schema]) => [name, Type.Optional(schema)]))
}

/** What a filter of a query, or a part of a path, is for. */
export function about(description: string): TSchema {
  return Type.String({ description })
}
