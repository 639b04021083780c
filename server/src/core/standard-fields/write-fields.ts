import { isDeepStrictEqual } from 'node:util'
import type { Connection } from '../../platform/postgres/database.ts'
import { addressOfAttribute, type FieldBindings, fieldOfAttribute } from './field-bindings.ts'
import {
  type Address,
  bindableFields,
  type FieldChanges,
  fieldColumns,
  fieldNames,
  type StandardFields,
} from './standard-fields.ts'

type Attributes = Readonly<Record<string, unknown>>

/** What the noun needs of a workspace. */
interface BindingWorkspace {
  readonly id: number
  readonly fieldBindings: FieldBindings
}

/**
 * Writes fields of a profile, columns and bound attributes at once (S22, L60): over what is there, or only where
 * nothing is (`fill`, E38). Others stay. An attribute that gives the field its new value already is left as it is: a
 * datetime keeps its time, and a text that is no gender stays when a client that cannot say it sends none.
 *
 * Takes the profile's row lock. The phone as an identifier is the caller's business.
 */
export async function writeFields(
  connection: Connection,
  workspace: BindingWorkspace,
  profileId: string,
  changes: FieldChanges,
  mode: 'replace' | 'fill',
): Promise<void> {
  if (Object.keys(changes).length === 0) return
  const { rows } = await connection.query<StandardFields & { attributes: Attributes }>({
    name: 'lock-fields',
    text: `select ${fieldColumns}, p.attributes from profiles p
           where p.workspace_id = $1 and p.id = $2 for no key update`,
    values: [workspace.id, profileId],
  })
  const [stored] = rows
  if (!stored) return
  const columns = columnChanges(stored, changes, mode)
  const attributes = attributeChanges(workspace.fieldBindings, stored.attributes, columns)
  if (Object.keys(columns).length === 0) return
  await connection.query({
    name: 'write-fields',
    text: statement,
    values: [
      workspace.id,
      profileId,
      JSON.stringify(columns),
      JSON.stringify(attributes.set),
      attributes.clear,
    ],
  })
}

/** Only what is another value than before; an address without parts is none. */
function columnChanges(
  stored: StandardFields,
  changes: FieldChanges,
  mode: 'replace' | 'fill',
): Readonly<Record<string, unknown>> {
  const columns: Record<string, unknown> = {}
  for (const name of fieldNames) {
    const sent = changes[name]
    if (sent === undefined || (mode === 'fill' && stored[name] !== null)) continue
    const value = isNothing(sent) ? null : sent
    if (!isDeepStrictEqual(value, stored[name])) columns[name] = value
  }
  return columns
}

function isNothing(value: string | Address | null): boolean {
  return value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0)
}

function attributeChanges(
  bindings: FieldBindings,
  attributes: Attributes,
  columns: Readonly<Record<string, unknown>>,
): { readonly set: Attributes; readonly clear: readonly string[] } {
  const set: Record<string, unknown> = {}
  const clear: string[] = []
  for (const field of bindableFields) {
    const attribute = bindings[field]
    const value = columns[field]
    if (attribute === undefined || value === undefined) continue
    const next =
      field === 'address'
        ? nextAddress(bindings.address_parts ?? {}, attributes[attribute], (value ?? {}) as Address)
        : fieldOfAttribute(field, attributes[attribute]) === value
          ? attributes[attribute]
          : value
    if (next === null) clear.push(attribute)
    else if (next !== undefined) set[attribute] = next
  }
  return { set, clear }
}

/** Parts that the attribute has no field for are the column's alone; fields that are no parts stay. */
function nextAddress(parts: Readonly<Record<string, string>>, held: unknown, address: Address): unknown {
  const wanted = Object.fromEntries(Object.entries(address).filter(([part]) => part in parts))
  if (isDeepStrictEqual(addressOfAttribute(parts, held), wanted)) return held
  const fields: Record<string, unknown> = { ...(typeof held === 'object' ? held : {}) }
  for (const [part, field] of Object.entries(parts)) {
    const text = wanted[part]
    if (text === undefined) delete fields[field]
    else fields[field] = text
  }
  return Object.keys(fields).length === 0 ? null : fields
}

/** Of anonymous profiles nobody is told. */
const statement = `
with changed as (
  update profiles p
  set (${fieldNames.join(', ')}) = (
        select ${fieldNames.map((name) => `r.${name}`).join(', ')} from jsonb_populate_record(p, $3) r
      ),
      attributes = (p.attributes || $4) - $5::text[],
      updated_at = now()
  where p.workspace_id = $1 and p.id = $2
  returning p.id, p.known_at
)
insert into profile_changes (workspace_id, profile_ids, kinds)
select $1, array[id], array['updated'] from changed where known_at is not null`
