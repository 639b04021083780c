import type { FastifyReply, FastifyRequest } from 'fastify'
import { createToken, tokenSeconds } from '../../core/identity/create-device.ts'
import type { Identity } from '../../core/identity/identifiers.ts'
import { type Identified, identify, provedBy } from '../../core/identity/identify.ts'
import type { PersonFields } from '../../core/identity/person-fields.ts'
import { findStanding, standingOfToken } from '../../core/identity/token-standing.ts'
import { rightsOf } from '../../core/identity/trust.ts'
import type { VerifiedJwt } from '../../core/identity/verify-jwt.ts'
import { verifyToken } from '../../core/identity/verify-token.ts'
import { writeFields } from '../../core/standard-fields/write-fields.ts'
import type { Connection } from '../../platform/postgres/database.ts'
import { type Consumer, callerOf, tokenError, writeToken } from './consumer.ts'
import type { ExtoleDependencies } from './extole-api.ts'
import { settleCaller } from './settle-caller.ts'

/** What a call says about who sends it. */
export interface CallerClaims {
  readonly identity: Identity
  readonly fields: PersonFields
  /** A JWT beats what is said plainly (E46). */
  readonly jwt?: VerifiedJwt | undefined
}

/**
 * Takes what an event or zone call, or a JWT, says about its caller, in the transaction of the call (E24–E34). Where
 * the device is bound, bound to another profile, or its token's trust raised, a new token of the device is minted.
 *
 * Run it under `retried`, and give what it gives to `adoptCaller` once the transaction is through.
 */
export async function identifyCaller(
  connection: Connection,
  dependencies: ExtoleDependencies,
  request: FastifyRequest,
  claims: CallerClaims,
): Promise<Consumer> {
  const { workspace } = request
  const caller = callerOf(request)
  const identity = claims.jwt?.identity ?? claims.identity
  const fields = { ...claims.fields, ...claims.jwt?.fields }
  if (identity.email === undefined && identity.partnerUserId === undefined) {
    if (Object.keys(fields).length === 0) return caller
    const standing = await settleCaller(connection, request)
    if (rightsOf(standing).writeProfile) {
      await writeFields(connection, workspace, standing.profileId, fields, 'replace')
    }
    return { ...caller, standing }
  }
  const identified = await identify(
    connection,
    workspace,
    {
      deviceId: caller.standing.deviceId,
      identity,
      level: claims.jwt?.proves ? 'proof' : 'claim',
      partnerFirst: claims.jwt !== undefined,
      fields,
      mayRebind: mayRebind(request),
    },
    dependencies.profileParts,
  )
  // What the token was when the call began says nothing: another call may have bound the device to this profile since.
  const standing = await findStanding(connection, workspace.id, caller.standing.tokenId)
  if (!standing) throw tokenError('unknown')
  if (!identified) return { ...caller, standing }
  const isVerified = standing.trust === 'verified'
  if (isVerified) await writeFields(connection, workspace, identified.profileId, fields, 'replace')
  const isRaised = claims.jwt?.proves === true && !isVerified
  if (identified.change === 'none' && !isRaised) return { ...caller, standing }
  return await rotate(
    connection,
    dependencies,
    request,
    identified,
    isRaised ? provedBy(identity) : undefined,
  )
}

/**
 * A page of anybody can have a browser send a `GET` with its cookies: it identifies an anonymous device, and never binds
 * a bound one to somebody else (E33).
 */
function mayRebind({ method, routeOptions }: FastifyRequest): boolean {
  return method !== 'GET' || routeOptions.config.access !== 'web'
}

/** A new token of the same device (E29); the old one follows the device at identified level (E31). */
async function rotate(
  connection: Connection,
  dependencies: ExtoleDependencies,
  request: FastifyRequest,
  { bindingId }: Identified,
  proved: readonly string[] | undefined,
): Promise<Consumer> {
  const { workspace } = request
  const caller = callerOf(request)
  const made = await createToken(connection, workspace.id, caller.standing.deviceId, {
    seconds: tokenSeconds,
    now: dependencies.clock.now(),
  })
  if (proved) await verifyToken(connection, workspace, { tokenId: made.tokenId, bindingId, proved })
  const standing = await standingOfToken(connection, workspace.id, made.tokenId)
  return { ...caller, token: made.token, standing }
}

/** The call is answered with the new standing; the client is told of a new token (E29, E30). */
export function adoptCaller(
  request: FastifyRequest,
  reply: FastifyReply,
  dependencies: ExtoleDependencies,
  consumer: Consumer,
): void {
  const isRotated = consumer.token !== request.caller?.token
  request.caller = consumer
  if (isRotated) writeToken(reply, consumer, dependencies.clock.now())
}
