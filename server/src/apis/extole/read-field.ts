import { isJsonObject, type JsonObject } from '../../core/profiles/json-object.ts'
import { ExtoleError } from './errors.ts'

/** A field that is a text; null is absent (E7). Anything else is refused. */
export function textField(input: JsonObject, name: string): string | undefined {
  const value = fieldOf(input, name)
  if (value === undefined || typeof value === 'string') return value
  throw malformed(name, value)
}

/** A field that is a map; null is absent. */
export function objectField(input: JsonObject, name: string): JsonObject | undefined {
  const value = fieldOf(input, name)
  if (value === undefined || isJsonObject(value)) return value
  throw malformed(name, value)
}

/** A field as it came; null is absent. */
export function fieldOf(input: JsonObject, name: string): unknown {
  return Object.hasOwn(input, name) ? (input[name] ?? undefined) : undefined
}

const longestShownCharacters = 100

/** `invalid_json_malformed`; the value shown is short, and a field that holds a secret shows none. */
export function malformed(name: string, value: unknown): ExtoleError {
  const isSecret = /token|jwt/.test(name)
  const shown = isSecret ? '' : (JSON.stringify(value) ?? '').slice(0, longestShownCharacters)
  return new ExtoleError('invalid_json_malformed', { invalid_property: name, invalid_value: shown })
}
