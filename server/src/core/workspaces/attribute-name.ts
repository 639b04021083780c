/** 1 to 100 letters, digits, `_` or `-`, beginning with a letter (C51). */
export const attributeNameForm = /^[A-Za-z][A-Za-z0-9_-]{0,99}$/

/** Fields of a user object, which an attribute would hide. */
const fieldNames: ReadonlySet<string> = new Set(['id', 'email', 'businessUnit', 'xngId'])
const reservedEnding = /_(?:date|float|bool|string|nested|int)$/

/** A field's name, or one that every JavaScript object has (crossengage 2.5). */
export function isReservedName(name: string): boolean {
  return fieldNames.has(name) || Object.hasOwn(Object.prototype, name)
}

/** C52. */
export function hasReservedEnding(name: string): boolean {
  return reservedEnding.test(name)
}

/** Whether an attribute, or a child, may have this bare name (C51, C52). */
export function isAttributeName(name: string): boolean {
  return attributeNameForm.test(name) && !isReservedName(name) && !hasReservedEnding(name)
}
