import type { AttributeSchema } from '../../profiles/attribute-schema.ts'
import { fieldNamesBeside } from '../field-names.ts'
import { nearName } from './near-name.ts'

/** What a person says about the names in a file. */
export interface NameChoices {
  /** Name in the file to field. */
  readonly map: ReadonlyMap<string, string>
  /** Names in the file that are passed over. */
  readonly ignore: ReadonlySet<string>
}

/** The field that each name of a file stands for; undefined: passed over. */
export type FieldsByName = ReadonlyMap<string, string | undefined>

/** What a file can hold: the fields of every profile, and the workspace's attributes. */
function knownFields(attributes: AttributeSchema): readonly string[] {
  const { customerId, profileId, email, businessUnit } = fieldNamesBeside(attributes.keys())
  return [customerId, profileId, email, businessUnit, ...attributes.keys()]
}

/**
 * Decides what the names of a file (a CSV's header, the names of an NDJSON's first object) stand for. Refuses, in
 * sentences for a person and all together: unknown names, with the one that was probably meant; two names for one
 * field; choices that speak of names that are not there.
 */
export function nameFields(
  names: readonly string[],
  choices: NameChoices,
  attributes: AttributeSchema,
): { readonly fields: FieldsByName } | { readonly faults: readonly string[] } {
  const known = knownFields(attributes)
  const fields = new Map<string, string | undefined>()
  const nameOfField = new Map<string, string>()
  const faults: string[] = []
  for (const [index, name] of names.entries()) {
    if (name === '') faults.push(`column ${index + 1} has no name`)
    else if (fields.has(name)) faults.push(`"${name}" is there twice`)
    if (name === '' || fields.has(name)) continue
    const field = choices.ignore.has(name) ? undefined : (choices.map.get(name) ?? name)
    fields.set(name, field)
    if (field === undefined) continue
    const other = nameOfField.get(field)
    if (!known.includes(field)) faults.push(unknown(name, field, known))
    else if (other !== undefined) faults.push(`"${other}" and "${name}" both stand for ${field}`)
    nameOfField.set(field, name)
  }
  for (const name of [...choices.map.keys(), ...choices.ignore]) {
    if (!fields.has(name)) faults.push(`there is no "${name}" to map or to ignore${suggestion(name, names)}`)
  }
  return faults.length > 0 ? { faults } : { fields }
}

function unknown(name: string, field: string, known: readonly string[]): string {
  const near = nearName(field, known)
  if (name !== field) return `"${name}" is mapped to "${field}", which is no field${suggestion(field, known)}`
  const cure = near === undefined ? `--ignore "${name}", or --map "${name}=FIELD"` : `--map "${name}=${near}"`
  return `"${name}" is no field of the workspace: ${cure}`
}

function suggestion(name: string, known: readonly string[]): string {
  const near = nearName(name, known)
  return near === undefined ? '' : `; did you mean "${near}"?`
}
