import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { type PublicPerson, readPublicPeople } from '../../../core/identity/read-person.ts'
import { ExtoleError } from '../errors.ts'
import type { ExtoleDependencies, ExtoleRoutes } from '../extole-api.ts'
import { presentPublicPerson } from '../me/present-person.ts'
import { PersonObject } from '../schemas/people.ts'
import { document } from '../schemas/route-document.ts'
import { isId } from '../unique-id.ts'

/** Other people: their public part (E64). */
export const peopleRoutes: ExtoleRoutes = (scope, dependencies) => {
  for (const path of ['/v4/persons/:id', '/v4/person/:id']) {
    scope.get(
      path,
      { schema: document({ group: 'People', summary: 'The public part of a person', answer: PersonObject }) },
      async (request) => presentPublicPerson(await namedPerson(dependencies, request)),
    )
  }

  scope.get(
    '/v4/persons/:id/profile-picture-url',
    {
      schema: document({
        group: 'People',
        summary: "A person's picture",
        answer: Type.String({ description: 'Its URL as plain text; empty without one.' }),
      }),
    },
    async (request, reply) => {
      const { pictureUrl } = await namedPerson(dependencies, request)
      return reply.type('text/plain; charset=utf-8').send(pictureUrl ?? '')
    },
  )
}

async function namedPerson({ database }: ExtoleDependencies, request: FastifyRequest): Promise<PublicPerson> {
  const { id } = request.params as { id: string }
  if (!isId(id)) throw new ExtoleError('invalid_person_id', { person_id: id.slice(0, 100) })
  const { workspace } = request
  const people = await database.inWorkspace(workspace.id, (connection) =>
    readPublicPeople(connection, workspace, [id]),
  )
  const person = people.get(id)
  if (!person) throw new ExtoleError('person_not_found', { person_id: id })
  return person
}
