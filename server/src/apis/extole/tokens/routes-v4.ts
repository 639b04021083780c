import type { FastifyReply, FastifyRequest } from 'fastify'
import type { TSchema } from 'typebox'
import { createToken, deleteTokens, tokenSeconds } from '../../../core/identity/create-device.ts'
import { standingOfToken } from '../../../core/identity/token-standing.ts'
import { allocateConsumer, type Consumer, callerOf, locateToken, tokenError, tokensOf } from '../consumer.ts'
import { clearTokenCookies, setTokenCookies } from '../cookies.ts'
import { ExtoleError } from '../errors.ts'
import type { ExtoleDependencies, ExtoleRoutes } from '../extole-api.ts'
import { readJwt } from '../jwt.ts'
import { fieldOf } from '../read-field.ts'
import { document, Nothing } from '../schemas/route-document.ts'
import { NewTokenV4, TokenObjectV4 } from '../schemas/tokens.ts'
import { identifyByJwt, jwtHeader } from '../take-jwt-header.ts'
import { createConsumerToken } from './create-consumer-token.ts'
import { readDuration } from './routes-v5.ts'
import { presentTokenV4 } from './token-object.ts'

/** `/v4/token…`: the v5 object with `capabilities`, by cookies as well. */
export const tokenRoutesV4: ExtoleRoutes = (scope, dependencies, limits) => {
  const { database, clock } = dependencies
  const held = { access: 'token', cookieToken: true } as const
  const described = (summary: string, answer: TSchema = TokenObjectV4, body?: TSchema) => ({
    schema: document({ group: 'Tokens, version 4', summary, answer, ...(body && { body }) }),
  })

  /** A new device, of the person that `X-Extole-Jwt` names, if any (E43); a JWT that is refused makes none (E48). */
  async function allocate(request: FastifyRequest, reply: FastifyReply): Promise<Consumer> {
    const token = jwtHeader(request)
    const jwt = token === undefined ? undefined : await readJwt(request, clock, token)
    request.caller = await allocateConsumer(dependencies, request, reply, limits)
    if (jwt) await identifyByJwt(dependencies, request, reply, jwt)
    return callerOf(request)
  }

  scope.get(
    '/v4/token',
    { config: { access: 'cookie' }, ...described('The current token, or a new device and token') },
    async (request, reply) => {
      const consumer = request.caller ?? (await allocate(request, reply))
      if (consumer.cookies) setTokenCookies(reply, consumer.token, clock.now())
      return presentTokenV4(consumer.token, consumer.standing, clock.now())
    },
  )

  scope.post(
    '/v4/token',
    {
      config: { access: 'optional', cookieToken: true },
      ...described('A new token', TokenObjectV4, NewTokenV4),
    },
    async (request, reply) => {
      refuseScopes(request)
      const seconds = readDuration(request.input, 'duration')
      if (seconds === undefined) {
        const duration = String(fieldOf(request.input, 'duration')).slice(0, 20)
        throw new ExtoleError('duration_denied', { maximum: String(tokenSeconds), duration })
      }
      const made = await createConsumerToken(dependencies, limits, request, reply, seconds)
      if (made.cookies) setTokenCookies(reply, made.token, clock.now())
      return presentTokenV4(made.token, made.standing, clock.now())
    },
  )

  scope.post(
    '/v4/token/refresh',
    { config: held, ...described('A new token of the same device and trust') },
    async (request, reply) => {
      const { workspace } = request
      const caller = callerOf(request)
      const made = await database.transaction(workspace.id, async (connection) => {
        const { token, tokenId } = await createToken(connection, workspace.id, caller.standing.deviceId, {
          seconds: tokenSeconds,
          now: clock.now(),
          copyOf: caller.standing.tokenId,
        })
        // One that another call has ended is not to live on under another name.
        const isEnded = await deleteTokens(connection, workspace.id, tokensOf(caller))
        if (!isEnded) throw tokenError('unknown')
        return { token, standing: await standingOfToken(connection, workspace.id, tokenId) }
      })
      // A JWT may have rotated the token just before, and told so.
      if (reply.hasHeader('X-Extole-Token')) reply.header('X-Extole-Token', made.token)
      if (caller.cookies) setTokenCookies(reply, made.token, clock.now())
      return presentTokenV4(made.token, made.standing, clock.now())
    },
  )

  scope.post('/v4/token/get', { config: held, ...described('The current token') }, async (request) => {
    const { token, standing } = callerOf(request)
    return presentTokenV4(token, standing, clock.now())
  })

  // A secret that is shared with browsers is none: who has a JWT or a master key verifies a token.
  scope.post(
    '/v4/token/upgrade',
    { config: { access: 'free', sharedPath: true }, schema: { hide: true } as object },
    () => {
      throw new ExtoleError('method_not_found')
    },
  )

  scope.get(
    '/v4/token/:token',
    { config: { access: 'free' }, ...described('This token') },
    async (request) => {
      const { token, standing } = await namedToken(dependencies, request)
      return presentTokenV4(token, standing, clock.now())
    },
  )

  scope.delete(
    '/v4/token',
    { config: held, ...described('End the current token', Nothing) },
    async (request, reply) => {
      const { workspace } = request
      await database.inWorkspace(workspace.id, (connection) =>
        deleteTokens(connection, workspace.id, tokensOf(callerOf(request))),
      )
      reply.removeHeader('X-Extole-Token')
      clearTokenCookies(reply)
      return reply.code(204).send()
    },
  )

  scope.delete(
    '/v4/token/:token',
    { config: { access: 'free' }, ...described('End this token', Nothing) },
    async (request, reply) => {
      const { standing } = await namedToken(dependencies, request)
      await database.inWorkspace(request.workspace.id, (connection) =>
        deleteTokens(connection, request.workspace.id, [standing.tokenId]),
      )
      clearTokenCookies(reply)
      return reply.code(204).send()
    },
  )
}

/** Who holds a token may describe and end it, in its own workspace's place (E23). */
async function namedToken(dependencies: ExtoleDependencies, request: FastifyRequest) {
  const { token } = request.params as { token: string }
  const located = await locateToken(dependencies, request, token)
  if (!located) throw tokenError('unknown')
  const { workspace, standing } = located
  request.workspace = workspace
  if ('refusal' in standing) throw tokenError(standing.refusal)
  return { token, standing }
}

/** Nobody gets a scope by asking for it, but asking for what every token has is no fault. */
function refuseScopes(request: FastifyRequest): void {
  const { input, caller } = request
  const scopes = fieldOf(input, 'scopes')
  const asked = Array.isArray(scopes)
    ? scopes.map(String)
    : typeof scopes === 'string'
      ? scopes.split(',')
      : []
  const mayVerify =
    caller?.standing.trust === 'verified' || (fieldOf(input, 'jwt') ?? jwtHeader(request)) !== undefined
  const denied = asked.filter(
    (scope) => scope !== 'UPDATE_PROFILE' && !(mayVerify && scope === 'VERIFIED_CONSUMER'),
  )
  if (denied.length > 0)
    throw new ExtoleError('scopes_denied', { denied_scopes: denied.join(',').slice(0, 200) })
}
