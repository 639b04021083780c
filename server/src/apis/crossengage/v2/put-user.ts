import type { RouteHandlerMethod } from 'fastify'
import { upsertOperation } from '../../../core/ingest/upsert-operation.ts'
import type { CrossengageDependencies } from '../crossengage-api.ts'
import { presentFaultV2 } from '../profile-errors-v2.ts'
import { readObject } from '../read-body.ts'
import { readUsers } from '../read-users.ts'
import { acceptWrite, refuseWrite } from './accept-write.ts'

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
