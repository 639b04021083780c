/**
 * What a failed result repeats of a field as it was sent (C43); null where it was absent. An array or an object
 * is no id, e-mail or business unit, and may be as large as a body: it is not repeated.
 */
export function sentValue(value: unknown): string | number | boolean | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}
