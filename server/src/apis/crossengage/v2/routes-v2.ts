import type { FastifyInstance } from 'fastify'
import { sendEmpty } from '../answer.ts'
import type { CrossengageDependencies } from '../crossengage-api.ts'
import { deleteUser } from './delete-user.ts'
import { getUser } from './get-user.ts'
import { getUserByEmail } from './get-user-by-email.ts'
import { postBatch } from './post-batch.ts'
import { putUser } from './put-user.ts'
import { trackUsers } from './track-users.ts'

const v2 = { constraints: { crossengage: '2' } }
const invalid = { constraints: { crossengage: 'invalid' } }

/** Section 3: the routes of version 2 under one of the API's prefixes. */
export function routesV2(
  scope: FastifyInstance,
  prefix: string,
  dependencies: CrossengageDependencies,
): void {
  if (prefix === '/events') {
    // The path is v1's; with our headers it is ours all the same (S1). A bad version is answered before this.
    scope.post('/', v2, async (_request, reply) => sendEmpty(reply, 404))
    scope.post('/', invalid, async (_request, reply) => sendEmpty(reply, 404))
    return
  }
  if (prefix !== '/users') return
  scope.put('/', v2, putUser(dependencies))
  scope.post('/batch', v2, postBatch(dependencies))
  scope.get('/track/:trackingId', v2, trackUsers(dependencies))
  for (const path of ['/email', '/email/:email', '/email/:email/bu', '/email/:email/bu/:bu']) {
    scope.get(path, v2, getUserByEmail(dependencies))
  }
  scope.get('/:id', v2, getUser(dependencies))
  scope.delete('/:id', v2, deleteUser(dependencies))
}
