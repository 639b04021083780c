import type { FastifyInstance, RouteShorthandOptions } from 'fastify'
import type { CrossengageDependencies } from '../crossengage-api.ts'
import { documentRoute, type RouteDocument } from '../schemas/route-document.ts'
import { getUser, getUserDocument } from '../v2/get-user.ts'
import {
  getBlacklistStatus,
  getBlacklistStatusDocument,
  putBlacklistStatus,
  putBlacklistStatusDocument,
} from './blacklist-status.ts'
import { deleteAttribute, deleteAttributeDocument } from './delete-attribute.ts'
import {
  deleteUser,
  deleteUserByXngId,
  deleteUserByXngIdDocument,
  deleteUserDocument,
} from './delete-user.ts'
import { getAttribute, getAttributeDocument, getAttributes, getAttributesDocument } from './get-attributes.ts'
import {
  getOptOutStatus,
  getOptOutStatusDocument,
  putOptOutStatus,
  putOptOutStatusDocument,
} from './optout-status.ts'
import { postAttribute, postAttributeDocument } from './post-attribute.ts'
import { postBatch, postBatchDocument } from './post-batch.ts'
import { postEvents, postEventsDocument } from './post-events.ts'
import { postLeads, postLeadsDocument } from './post-leads.ts'
import { putUser, putUserDocument } from './put-user.ts'
import { getRecipientStatus, getRecipientStatusDocument } from './recipient-status.ts'

/** Section 8: the routes of version 1 under one of the API's prefixes. */
export function routesV1(
  scope: FastifyInstance,
  prefix: string,
  dependencies: CrossengageDependencies,
): void {
  if (prefix === '/leads') scope.post('/', v1(postLeadsDocument), postLeads(dependencies))
  if (prefix === '/events') scope.post('/', v1(postEventsDocument), postEvents(dependencies))
  if (prefix !== '/users') return
  scope.put('/:id', v1(putUserDocument), putUser(dependencies))
  scope.get('/:id', v1BesideV2(getUserDocument), getUser(dependencies))
  scope.delete('/:id', v1BesideV2(deleteUserDocument), deleteUser(dependencies))
  scope.delete('/xngId/:xngId', v1(deleteUserByXngIdDocument), deleteUserByXngId(dependencies))
  scope.post('/batch', v1BesideV2(postBatchDocument), postBatch(dependencies))

  scope.post('/attributes', v1(postAttributeDocument), postAttribute(dependencies))
  scope.get('/attributes', v1(getAttributesDocument), getAttributes(dependencies))
  scope.get('/attributes/:id', v1(getAttributeDocument), getAttribute(dependencies))
  scope.delete('/attributes/:id', v1(deleteAttributeDocument), deleteAttribute(dependencies))

  scope.get('/:id/recipient-status', v1(getRecipientStatusDocument), getRecipientStatus(dependencies))
  scope.get('/:id/optout-status', v1(getOptOutStatusDocument), getOptOutStatus(dependencies))
  scope.put('/:id/optout-status', v1(putOptOutStatusDocument), putOptOutStatus(dependencies))
  scope.get('/:id/blacklist-status', v1(getBlacklistStatusDocument), getBlacklistStatus(dependencies))
  scope.put('/:id/blacklist-status', v1(putBlacklistStatusDocument), putBlacklistStatus(dependencies))
}

const inV1 = { constraints: { crossengage: '1' }, exposeHeadRoute: false }

function v1(document: RouteDocument): RouteShorthandOptions {
  return { ...inV1, schema: documentRoute(1, document) }
}

/**
 * Version 2 has the path and method too, and an OpenAPI document has them once: a fragment, which no client
 * sends, tells them apart there.
 */
function v1BesideV2(document: RouteDocument): RouteShorthandOptions {
  return {
    ...v1(document),
    config: { swaggerTransform: ({ schema, url }) => ({ schema, url: `${url}#v1` }) },
  }
}
