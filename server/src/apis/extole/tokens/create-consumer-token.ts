import type { FastifyReply, FastifyRequest } from 'fastify'
import { createDevice, createToken } from '../../../core/identity/create-device.ts'
import { identify, provedBy } from '../../../core/identity/identify.ts'
import { retried } from '../../../core/identity/retried.ts'
import { standingOfToken } from '../../../core/identity/token-standing.ts'
import type { VerifiedJwt } from '../../../core/identity/verify-jwt.ts'
import { verifyToken } from '../../../core/identity/verify-token.ts'
import type { Connection } from '../../../platform/postgres/database.ts'
import type { Consumer } from '../consumer.ts'
import type { ExtoleDependencies } from '../extole-api.ts'
import { readJwt } from '../jwt.ts'
import type { RateLimits } from '../rate-limits.ts'
import { textField } from '../read-field.ts'
import { readIdentity } from '../read-identity.ts'
import { jwtHeader } from '../take-jwt-header.ts'

/**
 * A new token as `POST` of v5 and v4 give it (E40, E41): of the caller's device where it brought a good token, else of
 * a new device; identified by an e-mail, verified by a JWT, which wins, and of two of them the body's. What a header
 * verified is told in a header too (E49).
 */
export async function createConsumerToken(
  dependencies: ExtoleDependencies,
  limits: RateLimits,
  request: FastifyRequest,
  reply: FastifyReply,
  seconds: number,
): Promise<Consumer> {
  const { workspace, input, caller } = request
  const token = textField(input, 'jwt') ?? jwtHeader(request)
  const email = textField(input, 'email')
  const jwt = token === undefined ? undefined : await readJwt(request, dependencies.clock, token, 'jwt_error')
  const identity =
    jwt?.identity ??
    readIdentity(email === undefined ? {} : { email }, { email: 'invalid_email', blankIsAbsent: false })
  if (!caller) await limits.newDevice(request, reply)
  const isNamed = identity.email !== undefined || identity.partnerUserId !== undefined
  if (!caller && !isNamed) {
    const made = await dependencies.devices.make(workspace.id, { seconds, now: dependencies.clock.now() })
    return { ...made, givenTokenId: made.standing.tokenId, cookies: !request.withoutCookies }
  }

  const consumer = await retried(() =>
    dependencies.database.transaction(workspace.id, async (connection) => {
      const deviceId = caller?.standing.deviceId ?? (await createDevice(connection, workspace.id))
      const identified = isNamed
        ? await identify(
            connection,
            workspace,
            {
              deviceId,
              identity,
              level: jwt?.proves ? 'proof' : 'claim',
              partnerFirst: jwt !== undefined,
              fields: jwt?.fields ?? {},
              mayRebind: true,
            },
            dependencies.profileParts,
          )
        : undefined
      return await mint(connection, dependencies, request, { deviceId, seconds, identified, jwt })
    }),
  )
  if (jwtHeader(request) !== undefined) reply.header('X-Extole-Token', consumer.token)
  return consumer
}

async function mint(
  connection: Connection,
  dependencies: ExtoleDependencies,
  { workspace, caller, withoutCookies }: FastifyRequest,
  made: {
    readonly deviceId: string
    readonly seconds: number
    readonly identified: { readonly bindingId: string } | undefined
    readonly jwt: VerifiedJwt | undefined
  },
): Promise<Consumer> {
  // A token of the same device and standing has the trust of the one it was asked for with.
  const { token, tokenId } = await createToken(connection, workspace.id, made.deviceId, {
    seconds: made.seconds,
    now: dependencies.clock.now(),
    ...(caller ? { copyOf: caller.standing.tokenId } : {}),
  })
  if (made.jwt?.proves && made.identified) {
    const { bindingId } = made.identified
    await verifyToken(connection, workspace, { tokenId, bindingId, proved: provedBy(made.jwt.identity) })
  }
  const standing = await standingOfToken(connection, workspace.id, tokenId)
  return { token, standing, givenTokenId: tokenId, cookies: !withoutCookies }
}
