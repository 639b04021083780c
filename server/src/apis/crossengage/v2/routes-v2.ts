import type { FastifyInstance, RouteShorthandOptions } from 'fastify'
import { sendEmpty } from '../answer.ts'
import type { CrossengageDependencies } from '../crossengage-api.ts'
import { documentRoute, type RouteDocument } from '../schemas/route-document.ts'
import { deleteUser, deleteUserDocument } from './delete-user.ts'
import { getUser, getUserDocument } from './get-user.ts'
import { getUserByEmail, getUserByEmailDocument } from './get-user-by-email.ts'
import { postBatch, postBatchDocument } from './post-batch.ts'
import { putUser, putUserDocument } from './put-user.ts'
import { trackUsers, trackUsersDocument } from './track-users.ts'

const inV2 = { constraints: { crossengage: '2' }, exposeHeadRoute: false }
const invalid = { constraints: { crossengage: 'invalid' } }

/** Section 3: the routes of version 2 under one of the API's prefixes. */
export function routesV2(
  scope: FastifyInstance,
  prefix: string,
  dependencies: CrossengageDependencies,
): void {
  if (prefix === '/events') {
    // The path is v1's; with our headers it is ours all the same (S1). A bad version is answered before this.
    scope.post('/', inV2, async (_request, reply) => sendEmpty(reply, 404))
    scope.post('/', invalid, async (_request, reply) => sendEmpty(reply, 404))
    return
  }
  if (prefix !== '/users') return
  scope.put('/', v2(putUserDocument), putUser(dependencies))
  scope.post('/batch', v2(postBatchDocument), postBatch(dependencies))
  scope.get('/track/:trackingId', v2(trackUsersDocument), trackUsers(dependencies))
  for (const path of ['/email', '/email/:email', '/email/:email/bu', '/email/:email/bu/:bu']) {
    scope.get(path, v2(getUserByEmailDocument), getUserByEmail(dependencies))
  }
  scope.get('/:id', v2(getUserDocument), getUser(dependencies))
  scope.delete('/:id', v2(deleteUserDocument), deleteUser(dependencies))
}

function v2(document: RouteDocument): RouteShorthandOptions {
  return { ...inV2, schema: documentRoute(2, document) }
}
