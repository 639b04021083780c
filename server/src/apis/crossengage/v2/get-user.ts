import type { RouteHandlerMethod } from 'fastify'
import { isCustomerId } from '../../../core/profiles/customer-id.ts'
import { sendEmpty, sendJsonText } from '../answer.ts'
import type { CrossengageDependencies } from '../crossengage-api.ts'
import { pathParameter } from '../path-parameter.ts'
import { userObjectJson } from '../user-object.ts'

/** `GET /users/{id}`, in both versions (C18). */
export function getUser({ reader }: CrossengageDependencies): RouteHandlerMethod {
  return async (request, reply) => {
    const id = pathParameter(request, 'id')
    const user = isCustomerId(id) ? await reader.user(request.workspace.id, id) : undefined
    return user ? sendJsonText(reply, 200, userObjectJson(user)) : sendEmpty(reply, 404)
  }
}
