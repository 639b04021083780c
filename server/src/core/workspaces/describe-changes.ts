/** What differs between two values of the same shape, a line each: `+ path`, `- path`, `~ path: old → new`. */
export function describeChanges(before: unknown, after: unknown, path = ''): readonly string[] {
  if (before === undefined) return [`+ ${path}${shown(after)}`]
  if (after === undefined) return [`- ${path}`]
  if (isContainer(before) && isContainer(after) && Array.isArray(before) === Array.isArray(after)) {
    const [was, is] = [membersOf(before), membersOf(after)]
    const names = new Set([...was.keys(), ...is.keys()])
    return [...names].flatMap((name) =>
      describeChanges(was.get(name), is.get(name), path ? `${path}${name}` : name.replace(/^\./, '')),
    )
  }
  return Object.is(before, after) ? [] : [`~ ${path}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`]
}

function shown(value: unknown): string {
  return isContainer(value) ? '' : `: ${JSON.stringify(value)}`
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** Members of a list are known by their id, name, code, login or kid, so that inserting one does not change all that follow. */
function membersOf(container: object): ReadonlyMap<string, unknown> {
  if (!Array.isArray(container))
    return new Map(Object.entries(container).map(([name, value]) => [`.${name}`, value]))
  return new Map(container.map((value, index) => [`[${nameOf(value) ?? index}]`, value]))
}

function nameOf(value: unknown): string | undefined {
  if (!isContainer(value)) return undefined
  const members = new Map<string, unknown>(Object.entries(value))
  for (const key of ['id', 'code', 'login', 'kid', 'name']) {
    const name = members.get(key)
    if (typeof name === 'string') return name
  }
  return undefined
}
