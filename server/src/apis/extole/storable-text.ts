import { isJsonObject } from '../../core/profiles/json-object.ts'

/** U+0000 and half a surrogate pair, which no table holds, as U+FFFD (E5, S36): in values and names, at any depth. */
export function storable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value)
  if (Array.isArray(value)) return value.map(storable)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [storableText(name), storable(member)]),
  )
}

function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD')
}
