import { upsertOperation } from '../../../core/ingest/upsert-operation.ts'
import { isJsonObject, type JsonObject } from '../../../core/profiles/json-object.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'
import type { WorkspaceDirectory } from '../../../core/workspaces/workspace-directory.ts'
import type { ErrorV2 } from '../error-v2.ts'
import { entryNotObjectV1, presentFaultV1 } from '../errors-v1.ts'
import type { UserCall } from '../input-rules.ts'
import { readUsers } from '../read-users.ts'
import { type BatchArray, notAnArray } from '../request-errors-v2.ts'
import type { Entry, SentId } from './apply-entries.ts'

/** The entries under a name of the body; none where it is absent or null. */
export function entriesIn(
  body: JsonObject,
  array: BatchArray,
): { readonly entries: readonly unknown[]; readonly error?: never } | { readonly error: ErrorV2 } {
  const value = body[array] ?? []
  return Array.isArray(value) ? { entries: value } : { error: notAnArray(array) }
}

/** An entry that is no object fails alone. */
export function notAnObject(array: BatchArray): Entry {
  return { id: null, errors: [entryNotObjectV1(array)] }
}

/**
 * Reads the entries of `updated` as the call takes users.
 *
 * @param idOf the id that an entry's result repeats
 */
export async function readUpdated(
  directory: WorkspaceDirectory,
  workspace: Workspace,
  call: UserCall,
  updated: readonly unknown[],
  idOf: (entry: JsonObject) => SentId,
): Promise<readonly Entry[]> {
  const read = (await readUsers(directory, workspace, call, updated.filter(isJsonObject))).values()
  return updated.map((entry) => {
    const result = isJsonObject(entry) ? read.next().value : undefined
    if (!isJsonObject(entry) || !result) return notAnObject('updated')
    const id = idOf(entry)
    if (!result.input) return { id, errors: result.faults.map(presentFaultV1) }
    return { id, operation: upsertOperation(result.input, { result: true }) }
  })
}
