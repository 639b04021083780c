const maxQuotedCharacters = 254
/** Text of more units than this has too many characters, whatever they are. */
const enoughUnits = 2 * maxQuotedCharacters + 1

/**
 * Quotes what was sent, as it was sent: over 254 characters it is cut there and ends in `…`; what is not text is
 * quoted as JSON (section 4).
 */
export function quote(value: unknown): string {
  return `"${cut(typeof value === 'string' ? value : startOfJson(value, 0))}"`
}

function cut(text: string): string {
  if (text.length <= maxQuotedCharacters) return text
  const characters = Array.from(text.slice(0, enoughUnits))
  if (characters.length <= maxQuotedCharacters) return text
  return `${characters.slice(0, maxQuotedCharacters).join('')}…`
}

/**
 * Compact JSON, given up once there is more than is quoted: the value may be megabytes, or nested deeper than
 * the stack is high.
 */
function startOfJson(value: unknown, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, enoughUnits))
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (depth > enoughUnits) return ''
  return Array.isArray(value) ? startOfArray(value, depth) : startOfObject(value, depth)
}

function startOfArray(elements: readonly unknown[], depth: number): string {
  let text = '['
  for (const element of elements) {
    if (text.length > enoughUnits) return text
    text += `${text === '[' ? '' : ','}${startOfJson(element, depth + 1)}`
  }
  return `${text}]`
}

function startOfObject(object: object, depth: number): string {
  let text = '{'
  for (const [name, value] of Object.entries(object)) {
    if (text.length > enoughUnits) return text
    text += `${text === '{' ? '' : ','}${startOfJson(name, 0)}:${startOfJson(value, depth + 1)}`
  }
  return `${text}}`
}
