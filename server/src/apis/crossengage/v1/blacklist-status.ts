import type { RouteHandlerMethod } from 'fastify'
import { sendEmpty, sendJson } from '../answer.ts'
import type { CrossengageDependencies } from '../crossengage-api.ts'
import { pathParameter } from '../path-parameter.ts'
import { UserPath } from '../schemas/identifiers.ts'
import { RefusedField } from '../schemas/results-v1.ts'
import { emptyAnswer, type RouteDocument } from '../schemas/route-document.ts'
import { Blacklisted } from '../schemas/statuses.ts'
import { putStatus } from './put-status.ts'
import { statusOfUser } from './recipient-status.ts'

const notFound = emptyAnswer('No user has this id.')

export const getBlacklistStatusDocument: RouteDocument = {
  summary: 'Read whether a user is blacklisted',
  description: 'Independent of what it opted out of (C70, C71).',
  params: UserPath,
  response: { 200: Blacklisted, 404: notFound },
}

/** `GET /users/{id}/blacklist-status` (C70, C71). */
export function getBlacklistStatus(dependencies: CrossengageDependencies): RouteHandlerMethod {
  return async (request, reply) => {
    const status = await statusOfUser(dependencies, request.workspace, pathParameter(request, 'id'))
    return status ? sendJson(reply, 200, { blacklisted: status.blacklisted }) : sendEmpty(reply, 404)
  }
}

export const putBlacklistStatusDocument: RouteDocument = {
  summary: 'Blacklist a user, or take it off the list',
  description: 'Answered when it is applied (C69–C71).',
  params: UserPath,
  body: Blacklisted,
  response: { 200: Blacklisted, 400: RefusedField, 404: notFound },
}

/** `PUT /users/{id}/blacklist-status` (C69–C71). */
export function putBlacklistStatus(dependencies: CrossengageDependencies): RouteHandlerMethod {
  return async (request, reply) =>
    await putStatus(dependencies, request, reply, {
      field: 'blacklisted',
      change: (blacklisted) => ({ blacklisted }),
    })
}
