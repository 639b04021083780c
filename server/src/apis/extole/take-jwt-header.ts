import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { retried } from '../../core/identity/retried.ts'
import type { VerifiedJwt } from '../../core/identity/verify-jwt.ts'
import type { ExtoleDependencies } from './extole-api.ts'
import { adoptCaller, identifyCaller } from './identify-caller.ts'
import { readJwt } from './jwt.ts'

/**
 * `X-Extole-Jwt` on any route that takes a consumer token (E43): who calls is settled before the route runs. Routes that
 * make a token take it themselves: where there is none yet, nobody calls before they have made one. So do events and
 * zones, which change nothing where they are refused.
 */
export function takeJwtHeader(scope: FastifyInstance, dependencies: ExtoleDependencies): void {
  scope.addHook('preHandler', async (request, reply) => {
    const token = jwtHeader(request)
    const { access, sendsEvent } = request.routeOptions.config
    if (token === undefined || !request.caller || access === 'optional' || sendsEvent) return
    const jwt = await readJwt(request, dependencies.clock, token)
    await identifyByJwt(dependencies, request, reply, jwt)
  })
}

/** The value of `X-Extole-Jwt`; a blank one is none. */
export function jwtHeader(request: FastifyRequest): string | undefined {
  const header = request.headers['x-extole-jwt']
  const token = typeof header === 'string' ? header.trim() : ''
  return token === '' ? undefined : token
}

/** Binds the caller's device to whom the JWT names, and answers the call with the new standing (E46, E49). */
export async function identifyByJwt(
  dependencies: ExtoleDependencies,
  request: FastifyRequest,
  reply: FastifyReply,
  jwt: VerifiedJwt,
): Promise<void> {
  const { workspace } = request
  const claims = { identity: {}, fields: {}, jwt }
  const consumer = await retried(() =>
    dependencies.database.transaction(workspace.id, (connection) =>
      identifyCaller(connection, dependencies, request, claims),
    ),
  )
  adoptCaller(request, reply, dependencies, consumer)
}
