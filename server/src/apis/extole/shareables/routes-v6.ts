import type { FastifyRequest } from 'fastify'
import { retried } from '../../../core/identity/retried.ts'
import type { ExtoleRoutes } from '../extole-api.ts'
import { document } from '../schemas/route-document.ts'
import { NewShareable, Shareable } from '../schemas/shareables.ts'
import { settleCaller } from '../settle-caller.ts'
import { changeOwn, makeOwn } from './own-shareables.ts'
import { presentShareable } from './present-shareable.ts'
import { readOwnRoutes } from './read-own-routes.ts'
import { readShareable } from './read-shareable.ts'

/** Share codes without polling (E65–E69). */
export const shareableRoutesV6: ExtoleRoutes = (scope, dependencies, limits) => {
  const { database, clock } = dependencies

  async function create(request: FastifyRequest) {
    const { workspace } = request
    const input = readShareable(request.input, 'v6')
    const { shareCode } = await retried(() =>
      database.transaction(workspace.id, async (connection) => {
        await settleCaller(connection, request)
        return await makeOwn(connection, request, input, clock.now())
      }),
    )
    return presentShareable(dependencies, workspace, shareCode)
  }

  scope.post(
    '/v6/me/shareables',
    {
      schema: document({
        group: 'Shareables',
        summary: 'Get or make a share code',
        body: NewShareable,
        answer: Shareable,
      }),
    },
    create,
  )
  scope.post(
    '/v6/me/shareables/get-or-create',
    {
      schema: document({
        group: 'Shareables',
        summary: 'Get or make a share code',
        body: NewShareable,
        answer: Shareable,
      }),
    },
    create,
  )

  scope.post(
    '/v6/me/shareables/get-create-or-update',
    {
      schema: document({
        group: 'Shareables',
        summary: 'Make a share code, or change it',
        body: NewShareable,
        answer: Shareable,
      }),
    },
    async (request) => {
      const { workspace } = request
      const input = readShareable(request.input, 'v6')
      const shareCode = await retried(() =>
        database.transaction(workspace.id, async (connection) => {
          await settleCaller(connection, request)
          const made = await makeOwn(connection, request, input, clock.now())
          if (!made.existing) return made.shareCode
          const { key: _key, ...change } = input
          const changed = await changeOwn(connection, request, made.shareCode, change, clock.now())
          return changed === 'key-taken' ? made.shareCode : changed
        }),
      )
      return presentShareable(dependencies, workspace, shareCode)
    },
  )

  readOwnRoutes('v6')(scope, dependencies, limits)
}
