import type { Conditions } from '../workspaces/file/values/conditions.ts'

type PropertyTests = Conditions[string]

/**
 * Whether data passes every test of every property (E78). A text that is a number counts as that number. A
 * property that is missing passes `!=` alone.
 */
export function matchesConditions(
  conditions: Conditions | undefined,
  data: Readonly<Record<string, unknown>>,
): boolean {
  return Object.entries(conditions ?? {}).every(([property, tests]) =>
    passes(tests, Object.hasOwn(data, property) ? data[property] : undefined),
  )
}

function passes(tests: PropertyTests, value: unknown): boolean {
  const { '=': equal, '!=': other, in: among } = tests
  if (equal !== undefined && !isSame(value, equal)) return false
  if (other !== undefined && isSame(value, other)) return false
  if (among !== undefined && !among.some((candidate) => isSame(value, candidate))) return false
  const number = numberOf(value)
  const { '>': above, '>=': from, '<': below, '<=': to } = tests
  if (above !== undefined && !(number !== undefined && number > above)) return false
  if (from !== undefined && !(number !== undefined && number >= from)) return false
  if (below !== undefined && !(number !== undefined && number < below)) return false
  return to === undefined || (number !== undefined && number <= to)
}

function isSame(value: unknown, expected: string | number | boolean): boolean {
  if (value === expected) return true
  if (typeof expected === 'boolean') return false
  const number = numberOf(value)
  return number !== undefined && number === numberOf(expected)
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value.trim()))
    return undefined
  return Number(value)
}
