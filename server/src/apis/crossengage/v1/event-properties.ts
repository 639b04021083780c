import { isJsonObject, type JsonObject } from '../../../core/profiles/json-object.ts'
import { isJsonLargerThan } from '../../../core/profiles/json-size.ts'
import { holdsInvalidCharacter } from '../../../core/profiles/text.ts'

/** As large as a whole user may be. */
const maxPropertiesBytes = 1_048_576
/** Nothing that anybody means is nested deeper, and whoever reads events may go down by recursion. */
const deepestNesting = 100

/**
 * Reads the properties of an event (C65): an object that can be kept as it is; absent or null is an empty one.
 * `undefined` for anything else, and where something in it cannot be kept: U+0000 or half a surrogate pair
 * (S36), a number beyond the range, nesting or size that nobody means.
 */
export function readEventProperties(value: unknown): JsonObject | undefined {
  if (value === undefined || value === null) return {}
  if (!isJsonObject(value) || isJsonLargerThan(value, maxPropertiesBytes)) return undefined
  return isStorable(value, deepestNesting) ? value : undefined
}

function isStorable(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return !holdsInvalidCharacter(value)
  // 1e400 is parsed as Infinity, and would be written as null.
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return true
  if (depth === 0) return false
  if (Array.isArray(value)) return value.every((element) => isStorable(element, depth - 1))
  return Object.entries(value).every(
    ([name, member]) => !holdsInvalidCharacter(name) && isStorable(member, depth - 1),
  )
}
