import type { FastifyRequest } from 'fastify'
import { rightsOf } from '../../../core/identity/trust.ts'
import { findPolling, startPolling } from '../../../core/pollings/pollings.ts'
import { readProfileNumbers } from '../../../core/profiles/profile-numbers.ts'
import { findShareCode } from '../../../core/referral/share-codes.ts'
import type { Connection } from '../../../platform/postgres/database.ts'
import { callerOf } from '../consumer.ts'
import { type ErrorCode, ExtoleError, presentError } from '../errors.ts'
import type { ExtoleRoutes } from '../extole-api.ts'
import { isId, uniqueId } from '../unique-id.ts'
import { createFresh } from './create-fresh.ts'
import { changeOwn, findOwn } from './own-shareables.ts'
import { presentShareable } from './present-shareable.ts'
import { codeParameter, readOwnRoutes } from './read-own-routes.ts'
import { readShareable } from './read-shareable.ts'

const pollingKind = 'shareable'

/** What a polling keeps: the code that was made or changed, or why there is none. */
type Result = { readonly code: string } | { readonly error: unknown }

/** Share codes with polling (E70–E72): made at once, so that the first status call tells what became of it. */
export const shareableRoutesV5: ExtoleRoutes = (scope, dependencies, limits) => {
  const { database, clock } = dependencies

  /** Refusals of the shareable are the polling's result; those of the request are its answer. */
  async function polled(request: FastifyRequest, work: (connection: Connection) => Promise<string>) {
    const { workspace } = request
    let result: Result
    try {
      result = { code: await database.transaction(workspace.id, work) }
    } catch (error) {
      if (!(error instanceof ExtoleError) || !isOfShareable(error.code)) throw error
      result = { error: presentError(new ExtoleError(error.code, error.parameters, 403), uniqueId()) }
    }
    const number = await database.inWorkspace(workspace.id, (connection) =>
      startPolling(connection, workspace.id, callerOf(request).standing, { kind: pollingKind, result }),
    )
    return { polling_id: number }
  }

  scope.post(
    '/v5/me/shareables',
    { config: { bodies: 'form' }, schema: { summary: 'Make a share code', tags: ['Shareables'] } as object },
    async (request) =>
      await polled(request, async (connection) =>
        createFresh(connection, request, readShareable(request.input, 'v5'), clock.now()),
      ),
  )

  scope.put(
    '/v5/me/shareables/:code',
    { schema: { summary: 'Change a share code', tags: ['Shareables'] } as object },
    async (request) =>
      await polled(request, async (connection) => {
        const input = readShareable(request.input, 'v5')
        const shareCode = await findOwn(connection, request, codeParameter(request))
        const changed = await changeOwn(connection, request, shareCode, input, clock.now())
        if (changed === 'key-taken') throw new ExtoleError('shareable_key_taken', { key: input.key ?? '' })
        return changed.code
      }),
  )

  scope.get(
    '/v5/me/shareables/status/:polling_id',
    { schema: { summary: 'What became of a share code', tags: ['Shareables'] } as object },
    async (request) => {
      const { polling_id: number } = request.params as { polling_id: string }
      const { workspace } = request
      const { standing } = callerOf(request)
      return await database.inWorkspace(workspace.id, async (connection) => {
        const asker = { ...standing, ownOnly: rightsOf(standing).changeShareables !== 'all' }
        const result = isId(number)
          ? ((await findPolling(connection, workspace.id, asker, { kind: pollingKind, number })) as
              | Result
              | undefined)
          : undefined
        if (!result) throw new ExtoleError('invalid_parameter', { parameter: 'polling_id' })
        if ('error' in result) {
          return { polling_id: number, status: 'FAILED', code: null, error: result.error, shareable: null }
        }
        const made = await findShareCode(connection, workspace.id, result.code)
        const shareable = made ? presentShareable(dependencies, workspace, made) : null
        return { polling_id: number, status: 'SUCCEEDED', code: result.code, error: null, shareable }
      })
    },
  )

  readOwnRoutes('v5')(scope, dependencies, limits)

  scope.get(
    '/v5/shareables/:code',
    { schema: { summary: "Anybody's share code", tags: ['Shareables'] } as object },
    async (request) => {
      const { workspace } = request
      const code = codeParameter(request)
      return await database.inWorkspace(workspace.id, async (connection) => {
        const found = await findShareCode(connection, workspace.id, code)
        const numbers = found && (await readProfileNumbers(connection, workspace.id, [found.profileId]))
        const person_id = found && numbers?.get(found.profileId)
        if (!found || person_id === undefined) {
          throw new ExtoleError('shareable_not_found', { code: code.slice(0, 100) })
        }
        return { ...presentShareable(dependencies, workspace, found), person_id }
      })
    },
  )
}

/** Refusals that the polling tells (E71). */
function isOfShareable(code: ErrorCode): boolean {
  return /^(code_|shareable_key_|label_|data_|content_|invalid_content_|person_not_rewardable)/.test(code)
}
