import type { RouteHandlerMethod } from 'fastify'
import { Type } from 'typebox'
import type { Operation } from '../../../core/ingest/operation.ts'
import { upsertOperation } from '../../../core/ingest/upsert-operation.ts'
import { isJsonObject, type JsonObject } from '../../../core/profiles/json-object.ts'
import { readCustomerIdOf } from '../../../core/profiles/read-profile-input.ts'
import type { CrossengageDependencies } from '../crossengage-api.ts'
import type { ErrorV2 } from '../error-v2.ts'
import { inputRules } from '../input-rules.ts'
import { presentFaultV2 } from '../profile-errors-v2.ts'
import { readObject } from '../read-body.ts'
import { readUsers } from '../read-users.ts'
import {
  type BatchArray,
  batchTooLarge,
  entryNotObject,
  notAnArray,
  unknownBatchName,
} from '../request-errors-v2.ts'
import { ErrorsV2 } from '../schemas/errors-v2.ts'
import { idempotencyKey } from '../schemas/idempotency-key.ts'
import { batchRefusals, type RouteDocument } from '../schemas/route-document.ts'
import { BatchAccepted, TrackingIdWithErrors } from '../schemas/tracking.ts'
import { DeletedEntry, UserInput } from '../schemas/user-object.ts'
import { acceptWrite, type CheckedWrite, refuseWrite } from './accept-write.ts'

export const postBatchDocument: RouteDocument = {
  summary: 'Write and delete up to 1,000 users',
  description: 'Entries in order are accepted whatever the others are; one tracking id for all (C22–C29).',
  headers: idempotencyKey,
  body: Type.Object({
    updated: Type.Optional(Type.Union([Type.Array(UserInput), Type.Null()])),
    deleted: Type.Optional(Type.Union([Type.Array(DeletedEntry), Type.Null()])),
  }),
  response: {
    ...batchRefusals,
    202: BatchAccepted,
    400: TrackingIdWithErrors,
    409: ErrorsV2,
    500: ErrorsV2,
  },
}

/** `POST /users/batch`: up to 1,000 users, of which those in order are accepted (C22–C29). */
export function postBatch(dependencies: CrossengageDependencies): RouteHandlerMethod {
  return async (request, reply) =>
    await acceptWrite(dependencies, request, reply, async () => {
      const body = readObject(request)
      if (body.error) return refuseWrite([body.error])
      const shapeErrors = checkShape(body.object)
      if (shapeErrors.length > 0) return refuseWrite(shapeErrors)
      const updated = entriesOf(body.object.updated)
      const deleted = entriesOf(body.object.deleted)
      const tooLarge = batchTooLarge(updated.length, deleted.length)
      if (tooLarge) return refuseWrite([tooLarge])

      const checked = newBatch()
      const users = await readUsers(
        dependencies.directory,
        request.workspace,
        'v2-users',
        updated.filter(isJsonObject),
      )
      const results = users.values()
      for (const [index, entry] of updated.entries()) {
        const result = isJsonObject(entry) ? results.next().value : undefined
        if (!result) refuse(checked, [entryNotObject('updated', index)])
        else if (result.input) {
          checked.operations.push(upsertOperation(result.input, { at: `updated/${index}` }))
        } else
          refuse(
            checked,
            result.faults.map((fault) => presentFaultV2(fault, `/updated/${index}`)),
          )
      }
      const { names } = inputRules('v2-users', request.workspace)
      for (const [index, entry] of deleted.entries()) {
        // Nothing but the id is looked at (C23).
        const id = isJsonObject(entry) ? readCustomerIdOf(entry, names) : undefined
        if (id === undefined) refuse(checked, [entryNotObject('deleted', index)])
        else if (typeof id === 'string') {
          checked.operations.push({ kind: 'delete', customer: id, at: `deleted/${index}` })
        } else refuse(checked, [presentFaultV2(id, `/deleted/${index}`)])
      }
      return checked
    })
}

interface Batch {
  readonly operations: Operation[]
  readonly errors: ErrorV2[]
  refused: number
}

function newBatch(): Batch & CheckedWrite {
  return { operations: [], errors: [], refused: 0 }
}

const mostErrors = 100_000

/** One entry is refused, for one or more errors. Errors beyond what an answer can hold are only counted. */
function refuse(batch: Batch, errors: readonly ErrorV2[]): void {
  for (const error of errors.slice(0, mostErrors - batch.errors.length)) batch.errors.push(error)
  batch.refused++
}

const arrays: readonly BatchArray[] = ['updated', 'deleted']

function checkShape(body: JsonObject): readonly ErrorV2[] {
  const errors: ErrorV2[] = []
  for (const [name, value] of Object.entries(body)) {
    const array = arrays.find((known) => known === name)
    if (!array) errors.push(unknownBatchName(name))
    else if (value !== null && !Array.isArray(value)) errors.push(notAnArray(array))
  }
  return errors
}

function entriesOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
