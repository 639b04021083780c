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

/** So many keys each limiter remembers; of more, those that were counted longest ago are forgotten. */
const keysRemembered = 50_000

/** Makes a limiter that counts on its own. */
export type CreateRateLimiter = (limit: RateLimit) => RateLimiter

/** Limiters for an app, each process counting what it answers itself; with `enabled` off they let all pass. */
export async function createRateLimiters(app: App, enabled: boolean): Promise<CreateRateLimiter> {
  if (!enabled) return () => async () => true
  await app.register(rateLimit, { global: false, cache: keysRemembered })
  return ({ most, windowMs, keyOf }) => {
    const count = app.createRateLimit({ max: most, timeWindow: windowMs, keyGenerator: keyOf })
    return async (request, reply) => {
      const state = await count(request)
      if (state.isAllowed || !state.isExceeded) return true
      reply.header('Retry-After', Math.max(1, state.ttlInSeconds))
      return false
    }
  }
}
