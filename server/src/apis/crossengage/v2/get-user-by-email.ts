import type { RouteHandlerMethod } from 'fastify'
import { emailKey, isEmail } from '../../../core/profiles/email.ts'
import { findUsersByEmail, type StoredProfile } from '../../../core/profiles/find-profiles.ts'
import { sendEmpty, sendJsonText } from '../answer.ts'
import type { CrossengageDependencies } from '../crossengage-api.ts'
import { pathParameter } from '../path-parameter.ts'
import { emptyAnswer, type RouteDocument } from '../schemas/route-document.ts'
import { UserObject } from '../schemas/user-object.ts'
import { userObjectJson } from '../user-object.ts'

export const getUserByEmailDocument: RouteDocument = {
  summary: 'Read a user by e-mail',
  description:
    'In a business unit; without one the only user that has the e-mail, else the one without unit (C19–C21).',
  response: { 200: UserObject, 404: emptyAnswer('No user, or none that is meant for certain.') },
}

/** `GET /users/email/{email}`, with or without a business unit (C19–C21). */
export function getUserByEmail({ database }: CrossengageDependencies): RouteHandlerMethod {
  return async (request, reply) => {
    const email = pathParameter(request, 'email')
    const unit = pathParameter(request, 'bu')
    const users = isEmail(email)
      ? await findUsersByEmail(database, request.workspace.id, emailKey(email))
      : []
    const user = unit === '' ? withoutUnit(users) : inUnit(users, unit)
    return user ? sendJsonText(reply, 200, userObjectJson(user)) : sendEmpty(reply, 404)
  }
}

function inUnit(users: readonly StoredProfile[], unit: string): StoredProfile | undefined {
  return users.find((user) => user.businessUnit?.toLowerCase() === unit.toLowerCase())
}

/** The only user with this e-mail, whatever its business unit; of several the one that has none (C20). */
function withoutUnit(users: readonly StoredProfile[]): StoredProfile | undefined {
  return users.length === 1 ? users[0] : users.find((user) => user.businessUnit === null)
}
