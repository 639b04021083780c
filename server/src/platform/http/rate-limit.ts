import rateLimit from '@fastify/rate-limit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from './app.ts'

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

/** Gives limiters for an app; with `enabled` off they let everything pass. */
export async function createRateLimiters(
  app: App,
  enabled: boolean,
): Promise<(limit: RateLimit) => RateLimiter> {
  if (!enabled) return () => async () => true
  await app.register(rateLimit, { global: false })
  return ({ most, windowMs, keyOf }) => {
    const count = app.createRateLimit({ max: most, timeWindow: windowMs, keyGenerator: keyOf })
    return async (request, reply) => {
      const state = await count(request)
      if (state.isAllowed) return true
      reply.header('RateLimit-Limit', most)
      reply.header('RateLimit-Remaining', state.remaining)
      reply.header('RateLimit-Reset', state.ttlInSeconds)
      if (!state.isExceeded) return true
      reply.header('Retry-After', Math.max(1, state.ttlInSeconds))
      return false
    }
  }
}
