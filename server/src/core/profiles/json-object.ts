/** An object as JSON has it: its names are foreign and mean nothing until they are looked up. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Whether a parsed JSON value is an object, which an array and null are not. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
