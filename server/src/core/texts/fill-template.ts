/** What a placeholder stands for; undefined: nothing, or nothing that the caller may see. */
export type PlaceholderValue = (path: string) => unknown

const placeholder = /\{\{\s*([^{}]*?)\s*\}\}/g

/**
 * Fills the placeholders of every text of a value, at any depth (E98). Names of members stay as they are. What is put
 * in is text, and is never looked through again (E99).
 */
export function fillTemplate(template: unknown, value: PlaceholderValue): unknown {
  if (typeof template === 'string') {
    return template.replace(placeholder, (_whole, path: string) => textOf(value(path)))
  }
  if (Array.isArray(template)) return template.map((item) => fillTemplate(item, value))
  if (typeof template !== 'object' || template === null) return template
  return Object.fromEntries(
    Object.entries(template).map(([name, member]) => [name, fillTemplate(member, value)]),
  )
}

/** Whether any text of the template asks for one of these. */
export function asksFor(template: unknown, paths: readonly string[]): boolean {
  let asked = false
  fillTemplate(template, (path) => {
    asked ||= paths.includes(path)
    return undefined
  })
  return asked
}

/**
 * What stands at a dotted path in data: a name that is the whole path first, then step by step (E98). Names that every
 * object inherits are not there.
 */
export function lookUp(data: unknown, path: string): unknown {
  if (typeof data !== 'object' || data === null) return undefined
  if (Object.hasOwn(data, path)) return Reflect.get(data, path)
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const name = path.slice(0, dot)
    if (!Object.hasOwn(data, name)) continue
    const found = lookUp(Reflect.get(data, name), path.slice(dot + 1))
    if (found !== undefined) return found
  }
  return undefined
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
