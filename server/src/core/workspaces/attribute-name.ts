const shape = /^[A-Za-z][A-Za-z0-9_-]{0,99}$/
/** Fields of a user object, which an attribute would hide. */
const fieldNames: ReadonlySet<string> = new Set(['id', 'email', 'businessUnit', 'xngId'])
const reservedEnding = /_(?:date|float|bool|string|nested|int)$/

/**
 * Whether an attribute, or a child, may have this bare name (C51, C52): 1 to 100 letters, digits, `_` or `-`,
 * beginning with a letter; no field's name, no reserved ending, and none of the names that every JavaScript
 * object has (crossengage 2.5).
 */
export function isAttributeName(name: string): boolean {
  if (!shape.test(name) || fieldNames.has(name) || reservedEnding.test(name)) return false
  return !Object.hasOwn(Object.prototype, name)
}
