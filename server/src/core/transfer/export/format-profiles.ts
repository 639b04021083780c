import { stringify } from 'csv-stringify/sync'
import type { StoredProfile } from '../../profiles/find-profiles.ts'
import type { JsonObject } from '../../profiles/json-object.ts'
import { fieldNamesBeside } from '../field-names.ts'

/** Writes profiles as text that can be imported again. */
export interface ProfileFormat {
  /** What stands before the first profile. */
  readonly header: string
  format(profiles: readonly StoredProfile[]): string
}

/** A profile as a file shows it: its own fields, and those of its attributes that the workspace still has. */
function* valuesOf(profile: StoredProfile, attributes: readonly string[]): Generator<[string, unknown]> {
  const { customerId, profileId, email, businessUnit } = fieldNamesBeside(attributes)
  yield [customerId, profile.customerId]
  yield [profileId, profile.id]
  yield [email, profile.email]
  yield [businessUnit, profile.businessUnit]
  const values: JsonObject = JSON.parse(profile.attributesJson)
  for (const name of attributes) yield [name, values[name]]
}

/** A JSON object a line; what has no value is left out. Nothing is lost. */
export function ndjsonFormat(attributes: readonly string[]): ProfileFormat {
  return {
    header: '',
    format: (profiles) =>
      profiles
        .map((profile) => {
          const values = [...valuesOf(profile, attributes)].filter(([, value]) => (value ?? null) !== null)
          return `${JSON.stringify(Object.fromEntries(values))}\n`
        })
        .join(''),
  }
}

/**
 * CSV: texts as they are, arrays and objects as JSON. An empty text and no value look the same in it.
 *
 * A text that begins with `=`, `+`, `-` or `@` is a formula to a spreadsheet, and customers type texts. By default
 * it stays as it is all the same: a mark in front of it would be imported again as part of the value, and every
 * phone number begins with `+`. With `forSpreadsheet` such cells get an apostrophe, and the file a byte order mark,
 * by which spreadsheets recognise UTF-8; that file is for reading, not for importing.
 */
export function csvFormat(
  attributes: readonly string[],
  { forSpreadsheet }: { readonly forSpreadsheet: boolean },
): ProfileFormat {
  const { customerId, profileId, email, businessUnit } = fieldNamesBeside(attributes)
  const columns = [customerId, profileId, email, businessUnit, ...attributes]
  // Without the quotes a carriage return at the end of a row would pass for part of its line break.
  const options = { escape_formulas: forSpreadsheet, quoted_match: /\r/ }
  return {
    header: `${forSpreadsheet ? '\uFEFF' : ''}${stringify([columns])}`,
    format: (profiles) =>
      stringify(
        profiles.map((profile) => [...valuesOf(profile, attributes)].map(([, value]) => cellOf(value))),
        options,
      ),
  }
}

function cellOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
