import { authorizeConsumer, createVerifiedToken } from '../../../core/identity/authorize-consumer.ts'
import { retried } from '../../../core/identity/retried.ts'
import { findDevice } from '../../../core/identity/token-standing.ts'
import { derivedNumber } from '../../../core/workspaces/derived-number.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'
import { ExtoleError } from '../errors.ts'
import type { ExtoleRoutes } from '../extole-api.ts'
import { document } from '../schemas/route-document.ts'
import { VerifiedToken } from '../schemas/tokens.ts'
import { scopesOfTrust } from '../tokens/token-object.ts'
import { isId } from '../unique-id.ts'

/** Server-to-server verification (E54–E56). */
export const consumerRoutes: ExtoleRoutes = (scope, { database, clock, profileParts }) => {
  const answer = (token: string, workspace: Workspace) => ({
    access_token: token,
    client_id: derivedNumber(workspace, 'client'),
    scopes: scopesOfTrust.verified,
  })

  scope.post(
    '/v2/consumers/:access_token/authorize',
    {
      config: { access: 'key' },
      schema: document({
        group: 'Consumers',
        summary: "Verify a consumer's token",
        description: 'The company’s back end says that the consumer is who it claims to be.',
        answer: VerifiedToken,
      }),
    },
    async (request) => {
      const { workspace } = request
      const { access_token: token } = request.params as { access_token: string }
      const isAuthorized = await retried(() =>
        database.transaction(workspace.id, async (connection) => {
          const standing = await findDevice(connection, workspace.id, token, clock.now())
          if ('refusal' in standing) throw new ExtoleError('consumer_token_invalid')
          return await authorizeConsumer(connection, workspace, standing, profileParts)
        }),
      )
      if (!isAuthorized) throw new ExtoleError('consumer_token_upgrade_not_allowed')
      return answer(token, workspace)
    },
  )

  scope.post(
    '/v2/consumers/:person_id/token',
    {
      config: { access: 'key' },
      schema: document({
        group: 'Consumers',
        summary: 'A verified token of a person',
        description: 'On a new device.',
        answer: VerifiedToken,
      }),
    },
    async (request) => {
      const { workspace } = request
      const { person_id: id } = request.params as { person_id: string }
      if (!isId(id)) throw new ExtoleError('invalid_person_id', { person_id: id.slice(0, 100) })
      const made = await retried(() =>
        database.transaction(workspace.id, (connection) =>
          createVerifiedToken(connection, workspace, id, clock.now()),
        ),
      )
      if (!made) throw new ExtoleError('person_not_found', { person_id: id })
      return answer(made.token, workspace)
    },
  )
}
