import type { FastifyRequest } from 'fastify'
import { readPerson, type SeenPerson } from '../../../core/identity/read-person.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import { callerOf, tokenError } from '../consumer.ts'

/** The caller's own person, as far as its token may see; a token whose profile is gone is no token any more. */
export async function readCaller(database: Database, request: FastifyRequest): Promise<SeenPerson> {
  const { workspace } = request
  const { standing } = callerOf(request)
  const person = await database.inWorkspace(workspace.id, (connection) =>
    readPerson(connection, workspace, standing),
  )
  if (!person) throw tokenError('unknown')
  return person
}
