import type { RouteHandlerMethod } from 'fastify'
import {
  type AttributeRefusal,
  createAttribute,
  type NewAttribute,
} from '../../../core/workspaces/attribute-registry.ts'
import { sendJson } from '../answer.ts'
import type { CrossengageDependencies } from '../crossengage-api.ts'
import { quote } from '../quote.ts'
import { readObject } from '../read-body.ts'
import { CreatedAttribute, NewAttribute as NewAttributeBody } from '../schemas/attribute.ts'
import { MessageV1 } from '../schemas/message-v1.ts'
import type { RouteDocument } from '../schemas/route-document.ts'
import { refuseRequest } from './answer-v1.ts'
import { attributeObject, traitPrefix } from './attribute-object.ts'
import { noSuchParent, readNewAttribute } from './read-new-attribute.ts'

export const postAttributeDocument: RouteDocument = {
  summary: 'Create an attribute',
  description: 'Valid in all writes at once; what exists with the same type is answered as it is (C51–C56).',
  body: NewAttributeBody,
  response: { 200: CreatedAttribute, 400: MessageV1 },
}

/** `POST /users/attributes`: creates an attribute, or gives the one there is (C51–C56). */
export function postAttribute({ database, directory }: CrossengageDependencies): RouteHandlerMethod {
  return async (request, reply) => {
    const body = readObject(request)
    if (body.error) return refuseRequest(request, reply, body.error)
    const wanted = readNewAttribute(body.object)
    if (wanted.refusal !== undefined) return refuseRequest(request, reply, { details: wanted.refusal })
    const { id } = request.workspace
    const result = await database.transaction(id, (connection) =>
      createAttribute(connection, id, wanted.attribute),
    )
    if ('refusal' in result) {
      return refuseRequest(request, reply, { details: refusals[result.refusal](wanted.attribute) })
    }
    if (result.created) await directory.refresh()
    return sendJson(reply, 200, { ...attributeObject(result.attribute), success: true })
  }
}

const refusals: { readonly [Code in AttributeRefusal['refusal']]: (wanted: NewAttribute) => string } = {
  'exists-with-another-type': ({ name }) => `Attribute ${quote(name)} already exists with another type`,
  'no-such-parent': ({ parentName = '' }) => noSuchParent(traitPrefix + parentName),
  'too-many-children': () => 'A workspace has at most 30 nested attributes',
}
