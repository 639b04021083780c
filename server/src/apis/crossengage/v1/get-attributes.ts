import type { RouteHandlerMethod } from 'fastify'
import { Type } from 'typebox'
import { listAttributes, type RegisteredAttribute } from '../../../core/workspaces/attribute-registry.ts'
import { sendEmpty, sendJson } from '../answer.ts'
import type { CrossengageDependencies } from '../crossengage-api.ts'
import { pathParameter } from '../path-parameter.ts'
import { Attribute, AttributeList, AttributePath } from '../schemas/attribute.ts'
import { emptyAnswer, type RouteDocument } from '../schemas/route-document.ts'
import { attributeObject } from './attribute-object.ts'

const defaultLimit = 10
const largestLimit = 100

export const getAttributesDocument: RouteDocument = {
  summary: 'List attributes',
  description:
    'All of the workspace, children too, by ascending id (C57). What cannot be read is the default.',
  querystring: Type.Object({
    offset: Type.Optional(Type.Integer({ minimum: 0, default: 0 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: largestLimit, default: defaultLimit })),
  }),
  response: { 200: AttributeList },
}

/** `GET /users/attributes`: a page of the list (C57). */
export function getAttributes(dependencies: CrossengageDependencies): RouteHandlerMethod {
  return async (request, reply) => {
    const query = request.query as { readonly offset?: unknown; readonly limit?: unknown }
    const offset = readCount(query.offset) ?? 0
    const limit = Math.min(readCount(query.limit) || defaultLimit, largestLimit)
    const all = await attributesOf(dependencies, request.workspace.id)
    const attributes = all.slice(offset, offset + limit).map(attributeObject)
    return sendJson(reply, 200, { attributes, total: String(all.length) })
  }
}

export const getAttributeDocument: RouteDocument = {
  summary: 'Read an attribute',
  description: 'By its id, which is never given to another attribute (C57).',
  params: AttributePath,
  response: { 200: Attribute, 404: emptyAnswer('No attribute has this id.') },
}

/** `GET /users/attributes/{id}` (8.3). */
export function getAttribute(dependencies: CrossengageDependencies): RouteHandlerMethod {
  return async (request, reply) => {
    const id = pathParameter(request, 'id')
    const attribute = await findAttribute(dependencies, request.workspace.id, id)
    return attribute ? sendJson(reply, 200, attributeObject(attribute)) : sendEmpty(reply, 404)
  }
}

/** The attribute whose id the path writes; any other text names none. */
export async function findAttribute(
  dependencies: CrossengageDependencies,
  workspaceId: number,
  id: string,
): Promise<RegisteredAttribute | undefined> {
  const all = await attributesOf(dependencies, workspaceId)
  return all.find((attribute) => String(attribute.id) === id)
}

async function attributesOf(
  { database }: CrossengageDependencies,
  workspaceId: number,
): Promise<readonly RegisteredAttribute[]> {
  return await database.inWorkspace(workspaceId, (connection) => listAttributes(connection, workspaceId))
}

function readCount(sent: unknown): number | undefined {
  return typeof sent === 'string' && /^\d+$/.test(sent) ? Number(sent) : undefined
}
