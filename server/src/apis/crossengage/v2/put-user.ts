import type { RouteHandlerMethod } from 'fastify'
import { upsertOperation } from '../../../core/ingest/upsert-operation.ts'
import type { CrossengageDependencies } from '../crossengage-api.ts'
import { presentFaultV2 } from '../profile-errors-v2.ts'
import { readObject } from '../read-body.ts'
import { readUsers } from '../read-users.ts'
import { ErrorsV2 } from '../schemas/errors-v2.ts'
import { idempotencyKey } from '../schemas/idempotency-key.ts'
import type { RouteDocument } from '../schemas/route-document.ts'
import { TrackingId } from '../schemas/tracking.ts'
import { UserInput } from '../schemas/user-object.ts'
import { acceptWrite, refuseWrite } from './accept-write.ts'

export const putUserDocument: RouteDocument = {
  summary: 'Create or update a user',
  description: 'Accepted when it is in order, and applied soon after (C1–C15).',
  headers: idempotencyKey,
  body: UserInput,
  response: { 202: TrackingId, 400: ErrorsV2, 409: ErrorsV2 },
}

/** `PUT /users`: creates or updates one user (C2–C6, C9–C15). */
export function putUser(dependencies: CrossengageDependencies): RouteHandlerMethod {
  return async (request, reply) =>
    await acceptWrite(dependencies, request, reply, async () => {
      const body = readObject(request)
      if (body.error) return refuseWrite([body.error])
      const [result] = await readUsers(dependencies.directory, request.workspace, 'v2-users', [body.object])
      if (!result?.input) return refuseWrite((result?.faults ?? []).map((fault) => presentFaultV2(fault)))
      return { operations: [upsertOperation(result.input)], errors: [], refused: 0 }
    })
}
