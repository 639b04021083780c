import { deleteTokens, tokenSeconds } from '../../../core/identity/create-device.ts'
import type { JsonObject } from '../../../core/profiles/json-object.ts'
import { callerOf, tokensOf } from '../consumer.ts'
import { ExtoleError } from '../errors.ts'
import type { ExtoleRoutes } from '../extole-api.ts'
import { fieldOf } from '../read-field.ts'
import { Success } from '../schemas/pollings.ts'
import { document } from '../schemas/route-document.ts'
import { NewToken, TokenObject } from '../schemas/tokens.ts'
import { createConsumerToken } from './create-consumer-token.ts'
import { presentToken } from './token-object.ts'

/** `/v5/token` (E40–E42). */
export const tokenRoutesV5: ExtoleRoutes = (scope, dependencies, limits) => {
  const { database, clock } = dependencies

  scope.post(
    '/v5/token',
    {
      config: { access: 'optional', bodies: 'form' },
      schema: document({
        group: 'Tokens',
        summary: 'A new token',
        description: 'Of a new device, or of the device whose token comes along.',
        body: NewToken,
        answer: TokenObject,
      }),
    },
    async (request, reply) => {
      const seconds = readDuration(request.input, 'duration_seconds')
      if (seconds === undefined) throw new ExtoleError('invalid_access_token_duration')
      const made = await createConsumerToken(dependencies, limits, request, reply, seconds)
      return presentToken(made.token, made.standing, clock.now())
    },
  )

  scope.get(
    '/v5/token',
    { schema: document({ group: 'Tokens', summary: 'This token', answer: TokenObject }) },
    async (request) => {
      const { token, standing } = callerOf(request)
      return presentToken(token, standing, clock.now())
    },
  )

  scope.delete(
    '/v5/token',
    { schema: document({ group: 'Tokens', summary: 'End this token', answer: Success }) },
    async (request, reply) => {
      const { workspace } = request
      await database.inWorkspace(workspace.id, (connection) =>
        deleteTokens(connection, workspace.id, tokensOf(callerOf(request))),
      )
      reply.removeHeader('X-Extole-Token')
      return { status: 'success' }
    },
  )
}

/** Whole seconds from 1 to a year, also as text, as forms have it; undefined: something else. */
export function readDuration(input: JsonObject, name: string): number | undefined {
  const value = fieldOf(input, name) ?? tokenSeconds
  const seconds = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value
  const isFit = Number.isInteger(seconds) && Number(seconds) >= 1 && Number(seconds) <= tokenSeconds
  return isFit ? Number(seconds) : undefined
}
