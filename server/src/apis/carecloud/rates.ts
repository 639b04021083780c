import type { FastifyReply, FastifyRequest } from 'fastify'
import type { CareCloudDependencies } from './carecloud-api.ts'
import { countInWindows, type WindowCount } from './count-in-windows.ts'
import { tooManyRequests } from './errors/carecloud-error.ts'

type Count = (request: FastifyRequest, reply: FastifyReply) => Promise<void>

const minuteMs = 60_000

/** The rates of README 12; each counts a request, or refuses it with `Retry-After`. */
export function createRates({ rateLimiter }: Pick<CareCloudDependencies, 'rateLimiter'>): {
  readonly byAddress: Count
  /** Tokens and customers made. */
  readonly creations: Count
} {
  const limit = (name: string, most: number): Count => {
    const passes = rateLimiter({ most, windowMs: minuteMs, keyOf: ({ ip }) => `carecloud ${name} ${ip}` })
    return async (request, reply) => {
      if (!(await passes(request, reply))) throw tooManyRequests()
    }
  }
  return { byAddress: limit('requests', 1000), creations: limit('creations', 300) }
}

/**
 * Gives what a check of a login gave; undefined: it failed. After ten failures for one value within a quarter of an hour
 * it refuses with 429, whatever the check says (L13).
 */
export type CountedLogin = <T>(value: string, check: () => Promise<T | undefined>) => Promise<T | undefined>

export function countLoginFailures(enabled: boolean): CountedLogin {
  const failures = countInWindows({ most: 10, windowMs: 15 * minuteMs, enabled })
  return async (value, check) => {
    failures.refuseWhereTooMany(value)
    const found = await check()
    // Guesses that are made at the same moment are told no more than those made one after another.
    failures.refuseWhereTooMany(value)
    if (found === undefined) failures.note(value)
    return found
  }
}

/** Password mails to one address, whoever asks for them. */
export function countPasswordMails(enabled: boolean): WindowCount {
  const inMinute = countInWindows({ most: 1, windowMs: minuteMs, enabled })
  const inDay = countInWindows({ most: 10, windowMs: 24 * 60 * minuteMs, enabled })
  return {
    refuseWhereTooMany(address) {
      inMinute.refuseWhereTooMany(address)
      inDay.refuseWhereTooMany(address)
    },
    note(address) {
      inMinute.note(address)
      inDay.note(address)
    },
  }
}
