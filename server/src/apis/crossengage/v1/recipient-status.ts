import type { RouteHandlerMethod } from 'fastify'
import { channels } from '../../../core/consents/channels.ts'
import {
  findRecipientStatus,
  type RecipientStatus as Status,
} from '../../../core/consents/recipient-status.ts'
import { isCustomerId } from '../../../core/profiles/customer-id.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'
import { sendEmpty, sendJson } from '../answer.ts'
import type { CrossengageDependencies } from '../crossengage-api.ts'
import { pathParameter } from '../path-parameter.ts'
import { UserPath } from '../schemas/identifiers.ts'
import { emptyAnswer, type RouteDocument } from '../schemas/route-document.ts'
import { RecipientStatus } from '../schemas/statuses.ts'

export const getRecipientStatusDocument: RouteDocument = {
  summary: 'Read what a user is not to be sent',
  description: 'The channels it opted out of, and whether it is blacklisted (C68, C70, C71).',
  params: UserPath,
  response: { 200: RecipientStatus, 404: emptyAnswer('No user has this id.') },
}

/** `GET /users/{id}/recipient-status` (C68, C70, C71). */
export function getRecipientStatus(dependencies: CrossengageDependencies): RouteHandlerMethod {
  return async (request, reply) => {
    const status = await statusOfUser(dependencies, request.workspace, pathParameter(request, 'id'))
    if (!status) return sendEmpty(reply, 404)
    return sendJson(reply, 200, {
      blacklisted: status.blacklisted,
      optOutAll: isOptedOutOf(status, new Set(channels)),
      optOutChannels: status.optedOutChannels,
    })
  }
}

/** Undefined where no user has the id, which one that no user can have is a case of (2.1, C71). */
export async function statusOfUser(
  { database }: CrossengageDependencies,
  workspace: Workspace,
  id: string,
): Promise<Status | undefined> {
  return isCustomerId(id) ? await findRecipientStatus(database, workspace.id, id) : undefined
}

/** Whether the user opted out of all of these channels (C68). */
export function isOptedOutOf(status: Status, named: ReadonlySet<(typeof channels)[number]>): boolean {
  return named.isSubsetOf(new Set(status.optedOutChannels))
}
