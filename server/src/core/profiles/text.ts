/** Whether the text has more characters (code points) than the limit. */
export function isLongerThan(text: string, limitCharacters: number): boolean {
  // A character is one or two units of a string, so most texts need no counting.
  if (text.length <= limitCharacters) return false
  if (text.length > 2 * limitCharacters) return true
  let characters = 0
  for (const _ of text) characters += 1
  return characters > limitCharacters
}

/** Whether the text takes more bytes of UTF-8 than the limit. */
export function isLargerThan(text: string, limitBytes: number): boolean {
  // A unit of a string is one to three bytes, so most texts need no counting.
  if (text.length * 3 <= limitBytes) return false
  if (text.length > limitBytes) return true
  return Buffer.byteLength(text) > limitBytes
}

/** U+0000 or half a surrogate pair (S36): PostgreSQL stores neither, so neither may come near a table. */
export function holdsInvalidCharacter(text: string): boolean {
  return text.includes('\0') || !text.isWellFormed()
}
