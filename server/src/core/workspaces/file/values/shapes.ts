import { type TProperties, type TSchema, type TSchemaOptions, Type } from 'typebox'

/** A map of known settings; anything else in it is refused. */
export function group<Members extends TProperties>(members: Members, options: TSchemaOptions = {}) {
  return Type.Object(members, { ...options, additionalProperties: false })
}

/** A list that is empty where the file does not have it. */
export function listOf<Item extends TSchema>(item: Item, options: TSchemaOptions = {}) {
  return Type.Array(item, { default: [], ...options })
}

/** A switch with the position it has where the file does not say. */
export function flag(byDefault: boolean, options: TSchemaOptions = {}) {
  return Type.Boolean({ default: byDefault, ...options })
}

/** A text that fits `pattern`; `reason` is what the writer of another one is told. */
export function matchingText(pattern: RegExp, reason: string, options: TSchemaOptions = {}) {
  return Type.Refine(
    Type.String(options),
    (text) => pattern.test(text),
    () => reason,
  )
}
