import { holdsInvalidCharacter, isLongerThan } from './text.ts'

const maxBusinessUnitCharacters = 64
const controlCharacter = /\p{Cc}/u

/** A workspace's business units: lower-cased name to the workspace's spelling. `undefined`: any text is one. */
export type BusinessUnits = ReadonlyMap<string, string> | undefined

/** Done once for each change of a workspace. A workspace that lists none takes any text. */
export function listBusinessUnits(spellings: readonly string[] | undefined): BusinessUnits {
  if (spellings === undefined || spellings.length === 0) return undefined
  return new Map(spellings.map((spelling) => [spelling.toLowerCase(), spelling]))
}

/**
 * Reads a business unit (crossengage section 5): the workspace's spelling of a listed one, or, where none are
 * listed, 1 to 64 characters without control characters and without blanks at the ends. Null and empty text give
 * null, which is none. `undefined`: not a business unit.
 */
export function readBusinessUnit(value: unknown, listed: BusinessUnits): string | null | undefined {
  if (value === null || value === '') return null
  if (typeof value !== 'string') return undefined
  if (listed !== undefined) return listed.get(value.toLowerCase())
  return isFreeBusinessUnit(value) ? value : undefined
}

function isFreeBusinessUnit(text: string): boolean {
  if (isLongerThan(text, maxBusinessUnitCharacters) || text.trim() !== text) return false
  return !controlCharacter.test(text) && !holdsInvalidCharacter(text)
}
