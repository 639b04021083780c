import type { FastifyRequest } from 'fastify'
import { type JwtRefusal, type VerifiedJwt, verifyJwt } from '../../core/identity/verify-jwt.ts'
import type { Clock } from '../../platform/clock.ts'
import { ExtoleError } from './errors.ts'

const refusals = {
  malformed: ['MALFORMED', 'This is no signed JWT with a readable header and payload.'],
  'unknown-key': ['UNKNOWN_KEY', 'The header names no key of this workspace.'],
  'unsupported-algorithm': ['UNSUPPORTED_ALGORITHM', "The header's alg is not the algorithm of its key."],
  'invalid-signature': ['INVALID_SIGNATURE', 'The signature does not fit.'],
  'not-yet-valid': ['NOT_YET_VALID', 'The JWT is valid only later.'],
  'missing-identity': ['MISSING_IDENTITY', 'The JWT has neither a usable email nor a partner_user_id.'],
} as const satisfies Record<JwtRefusal, readonly [string, string]>

/** What a JWT says, or its refusal: `jwt_error` on token creation, elsewhere `jwt_authentication_error` (E48). */
export async function readJwt(
  request: FastifyRequest,
  clock: Clock,
  token: string,
  code: 'jwt_error' | 'jwt_authentication_error' = 'jwt_authentication_error',
): Promise<VerifiedJwt> {
  const verified = await verifyJwt(request.workspace, token, clock.now())
  if (!('refusal' in verified)) return verified
  const [reason, description] = refusals[verified.refusal]
  throw new ExtoleError(code, { reason, description })
}
