import type { FastifyReply, FastifyRequest } from 'fastify'
import type { CreateRateLimiter, RateLimit } from '../../platform/http/rate-limit.ts'
import { ExtoleError } from './errors.ts'

/** Counts one call, or refuses it with `too_many_requests` and `Retry-After`. */
type Limit = (request: FastifyRequest, reply: FastifyReply) => Promise<void>

/** The rates of E117. */
export interface RateLimits {
  readonly byAddress: Limit
  readonly newDevice: Limit
  /** By the caller's token, and by its profile if that is identified; call it once who calls is known. */
  readonly byCaller: Limit
  readonly verificationMail: Limit
}

const secondMs = 1000
const minuteMs = 60 * secondMs

export function createRateLimits(createLimiter: CreateRateLimiter): RateLimits {
  function limit(most: number, windowMs: number, keyOf: RateLimit['keyOf']): Limit {
    const passes = createLimiter({ most, windowMs, keyOf })
    return async (request, reply) => {
      if (!(await passes(request, reply))) throw new ExtoleError('too_many_requests')
    }
  }

  const byToken = limit(100, minuteMs, (request) => request.caller?.standing.tokenId ?? '')
  const byProfile = limit(10, secondMs, profileOf)
  return {
    byAddress: limit(1000, minuteMs, (request) => request.ip),
    newDevice: limit(300, minuteMs, (request) => request.ip),
    async byCaller(request, reply) {
      await byToken(request, reply)
      if (request.caller?.standing.trust !== 'anonymous') await byProfile(request, reply)
    },
    verificationMail: limit(1, minuteMs, profileOf),
  }
}

function profileOf({ caller, workspace }: FastifyRequest): string {
  return `${workspace.id} ${caller?.standing.profileId ?? ''}`
}
