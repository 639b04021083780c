import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import { Type } from 'typebox'
import { deleteAttribute as deleteRegistered } from '../../../core/workspaces/attribute-registry.ts'
import type { AttributeUse } from '../../../core/workspaces/attribute-usages.ts'
import { sendEmpty, sendJson } from '../answer.ts'
import type { CrossengageDependencies } from '../crossengage-api.ts'
import { pathParameter } from '../path-parameter.ts'
import { bodyBytes, readObject } from '../read-body.ts'
import { AttributePath, AttributeUses } from '../schemas/attribute.ts'
import { MessageV1 } from '../schemas/message-v1.ts'
import { emptyAnswer, type RouteDocument } from '../schemas/route-document.ts'
import { refuseRequest } from './answer-v1.ts'
import { wireName } from './attribute-object.ts'
import { findAttribute } from './get-attributes.ts'

export const deleteAttributeDocument: RouteDocument = {
  summary: 'Delete an attribute',
  description: 'Users keep their values. Refused while it is in use (C58–C60).',
  params: AttributePath,
  body: Type.Object({ id: Type.Optional(Type.Integer()) }, { description: 'May be absent.' }),
  response: {
    204: emptyAnswer('Writes do not know it any more.'),
    400: MessageV1,
    404: emptyAnswer('No attribute has this id.'),
    409: AttributeUses,
  },
}

/** `DELETE /users/attributes/{id}`; the one deletion whose body is read (C58–C60). */
export function deleteAttribute(dependencies: CrossengageDependencies): RouteHandlerMethod {
  const { database, directory } = dependencies
  return async (request, reply) => {
    const body = readBody(request)
    if (body.error) return refuseRequest(request, reply, body.error)
    const workspaceId = request.workspace.id
    const attribute = await findAttribute(dependencies, workspaceId, pathParameter(request, 'id'))
    if (!attribute) return sendEmpty(reply, 404)
    const { id } = attribute
    const own = { id, name: wireName(attribute) }
    const sentId = body.object.id ?? id
    if (!isSameId(sentId, id)) return refuse(reply, [{ ...own, usageType: 'ID_MISMATCH' }])

    const deletion = await database.transaction(workspaceId, (connection) =>
      deleteRegistered(connection, workspaceId, id),
    )
    if (!deletion) return sendEmpty(reply, 404)
    if (deletion.uses.length > 0) return refuse(reply, deletion.uses.map(presentUse))
    await directory.refresh()
    return sendEmpty(reply, 204)

    function presentUse(use: AttributeUse): PresentedUse {
      if (use.kind === 'segment') return { ...own, usageType: 'SEGMENT_CONDITION' }
      return { id: use.child.id, name: wireName(use.child), usageType: 'CHILD_ATTRIBUTE' }
    }
  }
}

interface PresentedUse {
  readonly id: number
  readonly name: string
  readonly usageType: 'SEGMENT_CONDITION' | 'CHILD_ATTRIBUTE' | 'ID_MISMATCH'
}

/** Compared as text, like the path's. */
function isSameId(sent: unknown, id: number): boolean {
  return (typeof sent === 'string' || typeof sent === 'number') && String(sent) === String(id)
}

function refuse(reply: FastifyReply, uses: readonly PresentedUse[]): FastifyReply {
  return sendJson(reply, 409, uses)
}

function readBody(request: FastifyRequest): ReturnType<typeof readObject> {
  return bodyBytes(request).length === 0 ? { object: {} } : readObject(request)
}
