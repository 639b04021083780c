/** Escapes that may stand for what PostgreSQL does not store; a text that holds none needs no second look. */
const suspicious = /\\u(?:0000|d[89a-f])/i

/**
 * JSON text that PostgreSQL takes as it is: U+0000 and half a surrogate pair, in values and in names, become
 * U+FFFD (S36).
 */
export function storableJson(value: unknown): string {
  const text = JSON.stringify(value)
  if (!suspicious.test(text)) return text
  return JSON.stringify(value, (_name, inner: unknown) => {
    if (typeof inner === 'string') return storableText(inner)
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner
    return Object.fromEntries(Object.entries(inner).map(([name, member]) => [storableText(name), member]))
  })
}

/** The text with U+FFFD where it holds U+0000 or half a surrogate pair (S36). */
function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD')
}
