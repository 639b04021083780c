import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ExtoleError } from './errors.ts'

/** The rates of E117. Each counts one call, or refuses it with `too_many_requests` and `Retry-After`. */
export interface RateLimits {
  byAddress(request: FastifyRequest, reply: FastifyReply): Promise<void>
  newDevice(request: FastifyRequest, reply: FastifyReply): Promise<void>
  byToken(request: FastifyRequest, reply: FastifyReply): Promise<void>
  /** Identified profiles; call it only for those. */
  byProfile(request: FastifyRequest, reply: FastifyReply): Promise<void>
  verificationMail(request: FastifyRequest, reply: FastifyReply): Promise<void>
}

const secondMs = 1000
const minuteMs = 60 * secondMs

export async function createRateLimits(scope: FastifyInstance, enabled: boolean): Promise<RateLimits> {
  // Each process counts what it answers itself.
  await scope.register(rateLimit, { global: false, cache: 50_000 })

  function limit(max: number, timeWindow: number, keyGenerator: (request: FastifyRequest) => string) {
    const count = scope.createRateLimit({ max, timeWindow, keyGenerator })
    return async (request: FastifyRequest, reply: FastifyReply) => {
      if (!enabled) return
      const result = await count(request)
      if (result.isAllowed || !result.isExceeded) return
      reply.header('Retry-After', Math.max(1, result.ttlInSeconds))
      throw new ExtoleError('too_many_requests')
    }
  }

  return {
    byAddress: limit(1000, minuteMs, (request) => request.ip),
    newDevice: limit(300, minuteMs, (request) => request.ip),
    byToken: limit(100, minuteMs, (request) => request.caller?.standing.tokenId ?? ''),
    byProfile: limit(10, secondMs, profileOf),
    verificationMail: limit(1, minuteMs, profileOf),
  }
}

function profileOf({ caller, workspace }: FastifyRequest): string {
  return `${workspace.id} ${caller?.standing.profileId ?? ''}`
}
