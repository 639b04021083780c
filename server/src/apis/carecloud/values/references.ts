import { countryCodes } from '../../../core/workspaces/file/values/country-codes.ts'
import type { WorkspaceSettings } from '../../../core/workspaces/workspace.ts'
import { fault, type Reader } from './reader.ts'
import { textOf } from './scalars.ts'

/** The entry of the workspace file that has this id, else `not_found` (L43, L57). */
export function definedIn<T extends { readonly id: string }>(
  listOf: (settings: WorkspaceSettings) => readonly T[],
): Reader<T> {
  return {
    schema: { type: 'string' },
    read: (value, place, reading) =>
      listOf(reading.workspace.settings).find((entry) => entry.id === textOf(value)) ??
      fault(reading, place, 'not_found', value),
  }
}

/** One of the workspace's languages (L50). */
export const languageId: Reader<string> = {
  schema: { type: 'string', examples: ['en'] },
  read: (value, place, reading) =>
    reading.workspace.settings.languages.find((language) => language === textOf(value)) ??
    fault(reading, place, 'not_found', value),
}

/** A country of ISO 3166-1, lower case (L50). */
export const countryCode: Reader<string> = {
  schema: { type: 'string', examples: ['cz'] },
  read(value, place, reading) {
    const code = textOf(value)?.toLowerCase()
    return code !== undefined && countryCodes.has(code) ? code : fault(reading, place, 'not_found', value)
  },
}

/** A currency of ISO 4217 (L50). */
export const currencyId: Reader<string> = {
  schema: { type: 'string', examples: ['EUR'] },
  read(value, place, reading) {
    const code = textOf(value)
    return code !== undefined && currencies.has(code) ? code : fault(reading, place, 'not_found', value)
  },
}

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))
