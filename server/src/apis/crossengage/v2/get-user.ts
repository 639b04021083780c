import type { RouteHandlerMethod } from 'fastify'
import { isCustomerId } from '../../../core/profiles/customer-id.ts'
import { sendEmpty, sendJsonText } from '../answer.ts'
import type { CrossengageDependencies } from '../crossengage-api.ts'
import { pathParameter } from '../path-parameter.ts'
import { UserPath } from '../schemas/identifiers.ts'
import { emptyAnswer, type RouteDocument } from '../schemas/route-document.ts'
import { UserObject } from '../schemas/user-object.ts'
import { userObjectJson } from '../user-object.ts'

export const getUserDocument: RouteDocument = {
  summary: 'Read a user by id',
  description: 'The user as it is stored; leads have no id and are not found (C18).',
  params: UserPath,
  response: { 200: UserObject, 404: emptyAnswer('No user has this id.') },
}

/** `GET /users/{id}`, in both versions (C18). */
export function getUser({ reader }: CrossengageDependencies): RouteHandlerMethod {
  return async (request, reply) => {
    const id = pathParameter(request, 'id')
    const user = isCustomerId(id) ? await reader.user(request.workspace.id, id) : undefined
    return user ? sendJsonText(reply, 200, userObjectJson(user)) : sendEmpty(reply, 404)
  }
}
