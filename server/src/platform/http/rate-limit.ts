import type { FastifyReply, FastifyRequest } from 'fastify'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

export interface RateLimit {
  /** At most so many … */
  readonly most: number
  /** … in this time, for each key. */
  readonly windowMs: number
  /** Whom a request is counted for. */
  keyOf(request: FastifyRequest): string
}

/** Counts a request. False: it is over the limit, and the answer carries `Retry-After`. */
export type RateLimiter = (request: FastifyRequest, reply: FastifyReply) => Promise<boolean>

/** Makes a limiter that counts on its own. */
export type CreateRateLimiter = (limit: RateLimit) => RateLimiter

/** Limiters of which each process counts what it answers itself; with `enabled` off they let all pass. */
export function createRateLimiters(enabled: boolean): CreateRateLimiter {
  if (!enabled) return () => async () => true
  return ({ most, windowMs, keyOf }) => {
    const limiter = new RateLimiterMemory({ points: most, duration: windowMs / 1000 })
    return async (request, reply) => {
      try {
        await limiter.consume(keyOf(request))
        return true
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused
        reply.header('Retry-After', Math.max(1, Math.ceil(refused.msBeforeNext / 1000)))
        return false
      }
    }
  }
}
