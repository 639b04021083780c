import type { FoundFault, Path } from './file-fault.ts'

/** YAML 1.1 put the members of another map in its place; in a map of free names it would be kept as a name. */
export const mergeKey = '<<'
export const mergeReason = 'merges another map, which a workspace file cannot; write its members out'

/** What would be kept as something else than the file says, in a value of which no schema says anything. */
export function* faultsOfFreeValue(value: unknown, path: Path): Generator<FoundFault> {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) yield { path, reason: 'must be a number that JSON has' }
    else if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
      yield { path, reason: 'has more digits than a number keeps; put it in quotes' }
    }
    return
  }
  if (typeof value !== 'object' || value === null) return
  for (const [name, member] of Object.entries(value)) {
    const below = [...path, Array.isArray(value) ? Number(name) : name]
    if (name === mergeKey) yield { path: below, reason: mergeReason }
    else yield* faultsOfFreeValue(member, below)
  }
}
