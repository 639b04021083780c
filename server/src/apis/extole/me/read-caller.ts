import type { FastifyRequest } from 'fastify'
import { readPerson, type SeenPerson } from '../../../core/identity/read-person.ts'
import { findStanding } from '../../../core/identity/token-standing.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import { callerOf, tokenError } from '../consumer.ts'

/** The caller's own person, as far as its token may see; a token whose profile is gone is no token any more. */
export async function readCaller(database: Database, request: FastifyRequest): Promise<SeenPerson> {
  const { workspace } = request
  const { standing } = callerOf(request)
  const person = await database.inWorkspace(workspace.id, async (connection) => {
    const seen = await readPerson(connection, workspace, standing)
    if (seen) return seen
    // Another call may have bound the device to somebody since this one began: clients throw away a token that is refused.
    const present = await findStanding(connection, workspace.id, standing.tokenId)
    return present && (await readPerson(connection, workspace, present))
  })
  if (!person) throw tokenError('unknown')
  return person
}
