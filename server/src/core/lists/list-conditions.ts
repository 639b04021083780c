/**
 * The conditions of a list, as SQL and its values: those whose value is given, and no others. A condition that says
 * "or there is no value" would keep the plan from using an index, because plans are made before values are known. In
 * every condition `?` stands for its value.
 *
 * @param always what holds whatever is asked
 * @param fixed `$1`, `$2` … of all texts of the list; `always` uses each of them, or PostgreSQL knows no type for it
 */
export function listConditions(
  always: string,
  fixed: readonly unknown[],
  conditions: readonly (readonly [string, unknown])[],
): { readonly where: string; readonly values: readonly unknown[] } {
  const given = conditions.filter(([, value]) => value !== undefined)
  return {
    where: [
      always,
      ...given.map(([condition], index) => condition.replaceAll('?', `$${fixed.length + index + 1}`)),
    ].join(' and '),
    values: [...fixed, ...given.map(([, value]) => value)],
  }
}
