import type { FastifyRequest } from 'fastify'
import { lockStanding } from '../../core/identity/lock-standing.ts'
import type { TokenStanding } from '../../core/identity/token-standing.ts'
import type { Connection } from '../../platform/postgres/database.ts'
import { callerOf, tokenError } from './consumer.ts'

/**
 * The caller as it is now, and stays until the transaction ends. Whatever writes to its profile begins with it, and then
 * asks what the caller may: another call of the same device may have bound it to somebody since this one began (E13,
 * E26, E32).
 */
export async function settleCaller(connection: Connection, request: FastifyRequest): Promise<TokenStanding> {
  const caller = callerOf(request)
  const standing = await lockStanding(connection, request.workspace.id, caller.standing)
  if (!standing) throw tokenError('unknown')
  request.caller = { ...caller, standing }
  return standing
}
