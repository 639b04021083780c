import type { RouteHandlerMethod } from 'fastify'
import { Type } from 'typebox'
import { isCustomerId } from '../../../core/profiles/customer-id.ts'
import { sendEmpty } from '../answer.ts'
import type { CrossengageDependencies } from '../crossengage-api.ts'
import { pathParameter } from '../path-parameter.ts'
import { UserPath } from '../schemas/identifiers.ts'
import { emptyAnswer, type RouteDocument } from '../schemas/route-document.ts'
import { applyChange } from './apply-change.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export const deleteUserDocument: RouteDocument = {
  summary: 'Delete a user by id',
  description: 'Succeeds for any id; the body is ignored (8.2, C16, C17).',
  params: UserPath,
  response: { 204: emptyAnswer('Nobody has this id any more.') },
}

/** `DELETE /users/{id}`: succeeds for any id, one that no user can have included (2.1, 8.2). */
export function deleteUser({ ingest }: CrossengageDependencies): RouteHandlerMethod {
  return async (request, reply) => {
    const customer = pathParameter(request, 'id')
    if (isCustomerId(customer)) await applyChange(ingest, request.workspace, { kind: 'delete', customer })
    return sendEmpty(reply, 204)
  }
}

export const deleteUserByXngIdDocument: RouteDocument = {
  summary: 'Delete a user or a lead by xngId',
  description: 'Succeeds for any value; the body is ignored (8.2, C16, C17).',
  params: Type.Object({ xngId: Type.String() }),
  response: { 204: emptyAnswer('Nobody has this xngId any more.') },
}

/** `DELETE /users/xngId/{xngId}`: users and leads. The id of a lead that a user absorbed deletes nobody (S9). */
export function deleteUserByXngId({ ingest }: CrossengageDependencies): RouteHandlerMethod {
  return async (request, reply) => {
    const xngId = pathParameter(request, 'xngId')
    if (uuid.test(xngId)) {
      await applyChange(ingest, request.workspace, { kind: 'delete', profile: xngId.toLowerCase() })
    }
    return sendEmpty(reply, 204)
  }
}
