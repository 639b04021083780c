import type { FastifyRequest } from 'fastify'
import { upsertOperation } from '../../../core/ingest/upsert-operation.ts'
import { isJsonObject, type JsonObject } from '../../../core/profiles/json-object.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'
import type { WorkspaceDirectory } from '../../../core/workspaces/workspace-directory.ts'
import type { ErrorV2 } from '../error-v2.ts'
import { entryNotObjectV1, presentFaultV1 } from '../errors-v1.ts'
import type { UserCall } from '../input-rules.ts'
import { readObject } from '../read-body.ts'
import { readUsers } from '../read-users.ts'
import { type BatchArray, batchTooLarge, notAnArray } from '../request-errors-v2.ts'
import type { Entry, SentId } from './apply-entries.ts'

/** The entries of a request by the array they stand in. */
type Entries<Name extends BatchArray> = Readonly<Record<Name, readonly unknown[]>>

/**
 * The arrays of a body; empty where one is absent or null. Refused as a whole where the body is no object, one is no
 * array, or there are too many entries over all of them (C49, C62). What else the body holds is not looked at.
 */
export function readEntries<const Name extends BatchArray>(
  request: FastifyRequest,
  arrays: readonly Name[],
): { readonly entries: Entries<Name>; readonly error?: never } | { readonly error: ErrorV2 } {
  const body = readObject(request)
  if (body.error) return { error: body.error }
  const read: Partial<Record<BatchArray, readonly unknown[]>> = {}
  for (const array of arrays) {
    const value = body.object[array] ?? []
    if (!isArray(value)) return { error: notAnArray(array) }
    read[array] = value
  }
  const tooLarge = batchTooLarge(read.updated?.length ?? 0, read.deleted?.length ?? 0)
  return tooLarge ? { error: tooLarge } : { entries: read as Entries<Name> }
}

function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
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
