import type { FastifyRequest, RouteHandlerMethod } from 'fastify'
import type { Channel } from '../../../core/consents/channels.ts'
import { sendEmpty, sendJson } from '../answer.ts'
import type { CrossengageDependencies } from '../crossengage-api.ts'
import { pathParameter } from '../path-parameter.ts'
import { UserPath } from '../schemas/identifiers.ts'
import { ErrorV1, RefusedField } from '../schemas/results-v1.ts'
import { emptyAnswer, type RouteDocument } from '../schemas/route-document.ts'
import { ChannelQuery, OptOut } from '../schemas/statuses.ts'
import { refuseField } from './answer-v1.ts'
import { putStatus } from './put-status.ts'
import { readChannels, unknownChannel } from './read-channels.ts'
import { isOptedOutOf, statusOfUser } from './recipient-status.ts'

const notFound = emptyAnswer('No user has this id.')

export const getOptOutStatusDocument: RouteDocument = {
  summary: 'Read whether a user opted out of a channel',
  description: 'Without a channel: whether it opted out of all of them (C67, C68).',
  params: UserPath,
  querystring: ChannelQuery,
  response: { 200: OptOut, 400: ErrorV1, 404: notFound },
}

/** `GET /users/{id}/optout-status` (C67, C68, C71). */
export function getOptOutStatus(dependencies: CrossengageDependencies): RouteHandlerMethod {
  return async (request, reply) => {
    const channels = namedChannels(request)
    if (!channels) return refuseField(reply, unknownChannel)
    const status = await statusOfUser(dependencies, request.workspace, pathParameter(request, 'id'))
    return status ? sendJson(reply, 200, { optOut: isOptedOutOf(status, channels) }) : sendEmpty(reply, 404)
  }
}

export const putOptOutStatusDocument: RouteDocument = {
  summary: 'Opt a user out of a channel, or in again',
  description: 'Without a channel: out of all of them, or of none. Answered when it is applied (C67–C71).',
  params: UserPath,
  querystring: ChannelQuery,
  body: OptOut,
  response: { 200: OptOut, 400: RefusedField, 404: notFound },
}

/** `PUT /users/{id}/optout-status` (C67–C71). */
export function putOptOutStatus(dependencies: CrossengageDependencies): RouteHandlerMethod {
  return async (request, reply) => {
    const channels = namedChannels(request)
    return await putStatus(dependencies, request, reply, {
      field: 'optOut',
      change: (optOut) =>
        channels ? { opt_out: optOut, channels: [...channels] } : { error: unknownChannel },
    })
  }
}

function namedChannels(request: FastifyRequest): ReadonlySet<Channel> | undefined {
  const { channelType } = request.query as { readonly channelType?: unknown }
  return readChannels(channelType)
}
