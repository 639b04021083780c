import type { OperationOutcome, UpsertOperation } from '../../ingest/operation.ts'
import { upsertOperation } from '../../ingest/upsert-operation.ts'
import type { JsonObject } from '../../profiles/json-object.ts'
import type { ProfileFault } from '../../profiles/profile-fault.ts'
import { type ProfileInputRules, readProfileInput } from '../../profiles/read-profile-input.ts'
import type { Workspace } from '../../workspaces/workspace.ts'
import { fieldNamesBeside } from '../field-names.ts'
import type { SourceRow } from '../source/source-row.ts'
import type { FieldsByName } from './name-fields.ts'
import { failureReason, profileFaultReason, type Reject, rowFaultReason } from './reject.ts'

/** Turns rows, whose values go by the names of fields, into operations, and failures back into words. */
export interface RowReader {
  read(row: SourceRow<JsonObject>): UpsertOperation | readonly Reject[]
  failed(operation: UpsertOperation, failure: FailureOf<OperationOutcome>): Reject
}

type FailureOf<Outcome> = Outcome extends { readonly failure: infer Failure } ? Failure : never

const mostCharactersShown = 200

/**
 * A row with an id is a user. A row without one, but with an e-mail address, is a lead (C61). The operation says
 * in `at` on which line it stood.
 *
 * @param fields what the names of the file stand for, so that rejects speak the language of the file
 */
export function createRowReader(
  workspace: Pick<Workspace, 'attributes' | 'businessUnits'>,
  fields: FieldsByName,
): RowReader {
  const { attributes, businessUnits } = workspace
  const names = fieldNamesBeside(attributes.keys())
  const common = { attributes, businessUnits, names, passesUnknownNulls: false }
  const userRules: ProfileInputRules = { ...common, customerId: 'required', email: 'optional' }
  const leadRules: ProfileInputRules = { ...common, customerId: 'refused', email: 'required' }
  const nameOfField = new Map([...fields].map(([name, field]) => [field, name]))

  function nameOf(field: string | number): string {
    return nameOfField.get(String(field)) ?? String(field)
  }

  function rejectOf(line: number, record: JsonObject, fault: ProfileFault): Reject {
    const [field, ...inner] = fault.path
    const place = inner.map((step) => (typeof step === 'number' ? `[${step + 1}]` : `.${step}`)).join('')
    return {
      line,
      field: field === undefined ? '' : `${nameOf(field)}${place}`,
      reason: profileFaultReason(fault),
      value: field === undefined ? '' : shown(valueAt(record, fault.path)),
    }
  }

  return {
    read(row) {
      if (row.fault) return [{ line: row.line, field: '', reason: rowFaultReason(row.fault), value: '' }]
      const id = row.content[names.customerId]
      const rules = id === undefined || id === null ? leadRules : userRules
      const { input, faults } = readProfileInput(row.content, rules)
      if (faults) return faults.map((fault) => rejectOf(row.line, row.content, fault))
      return upsertOperation(input, { at: String(row.line) })
    },
    failed(operation, failure) {
      const [field, value] = {
        'email-taken': [names.email, operation.email ?? ''],
        'profile-mismatch': [names.profileId, operation.profile ?? ''],
        'not-applicable': ['', ''],
      }[failure.reason] as [string, string]
      return {
        line: Number(operation.at),
        field: field === '' ? '' : nameOf(field),
        reason: failureReason(failure),
        value: shown(value),
      }
    },
  }
}

function valueAt(record: JsonObject, path: ProfileFault['path']): unknown {
  let value: unknown = record
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return value
    value = (value as Record<string | number, unknown>)[step]
  }
  return value
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return text.length > mostCharactersShown ? `${text.slice(0, mostCharactersShown)}…` : text
}
