/**
 * The conditions of a list, as SQL and its values: those whose value is given, and no others. A condition that says
 * "or there is no value" would keep the plan from using an index, because plans are made before values are known. In
 * every condition `?` stands for its value. `always` holds whatever is asked; `$1` is the workspace and `$2` the time.
 */
export function listConditions(
  always: string,
  workspaceId: number,
  now: Date,
  conditions: readonly (readonly [string, unknown])[],
): { readonly where: string; readonly values: readonly unknown[] } {
  const given = conditions.filter(([, value]) => value !== undefined)
  return {
    where: [
      always,
      '$2::timestamptz is not null',
      ...given.map(([condition], index) => condition.replace('?', `$${index + 3}`)),
    ].join(' and '),
    values: [workspaceId, now, ...given.map(([, value]) => value)],
  }
}
