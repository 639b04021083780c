import type { RouteHandlerMethod } from 'fastify'
import { isCustomerId } from '../../../core/profiles/customer-id.ts'
import type { CrossengageDependencies } from '../crossengage-api.ts'
import { pathParameter } from '../path-parameter.ts'
import { ErrorsV2 } from '../schemas/errors-v2.ts'
import { idempotencyKey } from '../schemas/idempotency-key.ts'
import { UserPath } from '../schemas/identifiers.ts'
import type { RouteDocument } from '../schemas/route-document.ts'
import { TrackingId } from '../schemas/tracking.ts'
import { acceptWrite } from './accept-write.ts'

export const deleteUserDocument: RouteDocument = {
  summary: 'Delete a user',
  description: 'Accepted for any id; the body is ignored (C16, C17).',
  params: UserPath,
  headers: idempotencyKey,
  response: { 202: TrackingId, 400: ErrorsV2, 409: ErrorsV2 },
}

/** `DELETE /users/{id}`: accepted for any id (C16, C17). One that no user can have counts as deleted (2.1). */
export function deleteUser(dependencies: CrossengageDependencies): RouteHandlerMethod {
  return async (request, reply) =>
    await acceptWrite(dependencies, request, reply, async () => {
      const id = pathParameter(request, 'id')
      // Storable, and nobody's: the operation finds nobody, and is tracked like any other.
      const customer = isCustomerId(id) ? id : ''
      return { operations: [{ kind: 'delete', customer }], errors: [], refused: 0 }
    })
}
