import type { FastifyInstance } from 'fastify'
import { retried } from '../../core/identity/retried.ts'
import type { ExtoleDependencies } from './extole-api.ts'
import { adoptCaller, identifyCaller } from './identify-caller.ts'
import { readJwt } from './jwt.ts'

/** `X-Extole-Jwt` on any route that takes a consumer token (E43): who calls is settled before the route runs. */
export function takeJwtHeader(scope: FastifyInstance, dependencies: ExtoleDependencies): void {
  scope.addHook('preHandler', async (request, reply) => {
    const header = request.headers['x-extole-jwt']
    const token = typeof header === 'string' ? header.trim() : ''
    if (token === '' || !request.caller) return
    const jwt = await readJwt(request, dependencies.clock, token)
    const { workspace } = request
    const claims = { identity: {}, fields: {}, jwt }
    const consumer = await retried(() =>
      dependencies.database.transaction(workspace.id, (connection) =>
        identifyCaller(connection, dependencies, request, claims),
      ),
    )
    adoptCaller(request, reply, dependencies, consumer)
  })
}
