import type { RouteHandlerMethod } from 'fastify'
import { Type } from 'typebox'
import { isCustomerId } from '../../../core/profiles/customer-id.ts'
import { isJsonObject, type JsonObject } from '../../../core/profiles/json-object.ts'
import { readCustomerIdOf } from '../../../core/profiles/read-profile-input.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'
import { sendJson } from '../answer.ts'
import type { CrossengageDependencies } from '../crossengage-api.ts'
import { presentFaultV1 } from '../errors-v1.ts'
import { inputRules } from '../input-rules.ts'
import { BatchResult, PartlyRefused } from '../schemas/results-v1.ts'
import { batchRefusals, type RouteDocument } from '../schemas/route-document.ts'
import { DeletedEntry, UserEntry } from '../schemas/user-object.ts'
import { refuseRequest } from './answer-v1.ts'
import { applyEntries, type Entry, type EntryResult, type SentId, statusOf } from './apply-entries.ts'
import { notAnObject, readEntries, readUpdated } from './read-entries.ts'
import { sentValue } from './sent-value.ts'

export const postBatchDocument: RouteDocument = {
  summary: 'Write and delete up to 1,000 users',
  description: '200 if all succeed, 400 if any fails; the valid ones are stored either way (C49, C50).',
  body: Type.Object({
    updated: Type.Optional(Type.Array(UserEntry)),
    deleted: Type.Optional(Type.Array(DeletedEntry)),
  }),
  response: { ...batchRefusals, 200: BatchResult, 400: PartlyRefused },
}

/** `POST /users/batch`: up to 1,000 users, answered with one result each once they are applied (C49, C50). */
export function postBatch({ directory, ingest, reader }: CrossengageDependencies): RouteHandlerMethod {
  return async (request, reply) => {
    const { workspace } = request
    const read = readEntries(request, ['updated', 'deleted'])
    if (read.error) return refuseRequest(request, reply, read.error)
    const { updated, deleted } = read.entries

    const entries = [
      ...(await readUpdated(directory, workspace, 'v1-batch', updated, sentId)),
      ...deleted.map((entry) => readDeleted(entry, workspace)),
    ]
    const applied = await applyEntries(ingest, workspace, entries)
    const results = await Promise.all(applied.map(withStoredXngId))
    return sendJson(reply, statusOf(results), {
      updated: results.slice(0, updated.length),
      deleted: results.slice(updated.length),
    })

    /** A failed result names whom its id names all the same (C43); the reader answers all of them at once. */
    async function withStoredXngId(result: EntryResult): Promise<EntryResult> {
      const { id, success } = result
      if (success || typeof id !== 'string' || !isCustomerId(id)) return result
      return { ...result, xngId: (await reader.user(workspace.id, id))?.id ?? null }
    }
  }
}

/** Nothing but the id is looked at (C23). */
function readDeleted(entry: unknown, workspace: Workspace): Entry {
  if (!isJsonObject(entry)) return notAnObject('deleted')
  const id = sentId(entry)
  const customer = readCustomerIdOf(entry, inputRules('v1-batch', workspace).names)
  if (typeof customer !== 'string') return { id, errors: [presentFaultV1(customer)] }
  return { id, operation: { kind: 'delete', customer } }
}

function sentId(entry: JsonObject): SentId {
  return sentValue(entry.id ?? entry.externalId)
}
