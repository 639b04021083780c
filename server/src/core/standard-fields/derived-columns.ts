import { type BindableField, bindableFields } from './standard-fields.ts'

/** The columns that values are given for here, in their order. */
export const derivedColumns = bindableFields.join(', ')

/**
 * SQL: the values of the columns that may be bound, derived from attributes where they are, and `unbound` where not.
 *
 * @param attributes an expression without cost: it is read some times a column
 * @param bindings the parameter that holds the `FieldBindings`
 * @param unbound the value of a column that no attribute is bound to
 */
export function derivedValues(
  attributes: string,
  bindings: string,
  unbound: (column: BindableField) => string,
): readonly string[] {
  return bindableFields.map(
    (column) =>
      `case when ${bindings} ? '${column}' then ${derivedValue(column, attributes, bindings, unbound(column))}
       else ${unbound(column)} end`,
  )
}

/**
 * SQL: the same after a write of attributes to profiles where column and attribute were one value before it: only what
 * the write names is derived anew. Deriving all of it from the new attributes costs the hot path half as much again.
 *
 * @param write the attributes set, and the names of those cleared; either may be null
 */
export function rewrittenValues(
  write: { readonly set: string; readonly clear: string },
  bindings: string,
  before: (column: BindableField) => string,
): readonly string[] {
  return bindableFields.map((column) => {
    const attribute = `(${bindings} ->> '${column}')`
    const derived = (attributes: string) => derivedValue(column, attributes, bindings, before(column))
    return `case when ${attribute} = any (${write.clear}) then ${derived(`'{}'::jsonb`)}
       when ${write.set} ? ${attribute} then ${derived(write.set)}
       else ${before(column)} end`
  })
}

/** `before` is what an address keeps of the parts that its attribute has no fields for. */
function derivedValue(column: BindableField, attributes: string, bindings: string, before: string): string {
  const attribute = `${bindings} ->> '${column}'`
  return {
    first_name: `standard_text(${attributes}, ${attribute})`,
    last_name: `standard_text(${attributes}, ${attribute})`,
    gender: `standard_gender(${attributes}, ${attribute})`,
    birthdate: `standard_birthdate(${attributes}, ${attribute})`,
    phone: `standard_phone(${attributes}, ${attribute})`,
    address: `standard_address(${before}, ${attributes}, ${attribute}, ${bindings} -> 'address_parts')`,
    language: `standard_text(${attributes}, ${attribute})`,
  }[column]
}
