import { readProfileNumbers } from '../../../core/profiles/profile-numbers.ts'
import { findShareCode } from '../../../core/referral/share-codes.ts'
import type { Connection } from '../../../platform/postgres/database.ts'
import { ExtoleError } from '../errors.ts'
import type { ExtoleRoutes } from '../extole-api.ts'
import { endedPolling, Started } from '../schemas/pollings.ts'
import { document } from '../schemas/route-document.ts'
import { ChangedShareable, NewShareableV5, Shareable, SomebodysShareable } from '../schemas/shareables.ts'
import { nullable, Text } from '../schemas/values.ts'
import { createFresh } from './create-fresh.ts'
import { changeOwn, findOwn, keyTaken } from './own-shareables.ts'
import { readPolled, startPolled } from './polled-shareables.ts'
import { presentShareable } from './present-shareable.ts'
import { codeParameter, readOwnRoutes } from './read-own-routes.ts'
import { readShareable } from './read-shareable.ts'

/** Share codes with polling (E70–E72). */
export const shareableRoutesV5: ExtoleRoutes = (scope, dependencies, limits) => {
  const { database, clock } = dependencies

  scope.post(
    '/v5/me/shareables',
    {
      config: { bodies: 'form' },
      schema: document({
        group: 'Shareables',
        summary: 'Make a share code',
        body: NewShareableV5,
        answer: Started,
      }),
    },
    async (request) => {
      const make = (connection: Connection) =>
        createFresh(connection, request, readShareable(request.input, 'v5'), clock.now())
      return await startPolled(dependencies, request, 'shareable', make, refusalV5)
    },
  )

  scope.put(
    '/v5/me/shareables/:code',
    {
      schema: document({
        group: 'Shareables',
        summary: 'Change a share code',
        body: ChangedShareable,
        answer: Started,
      }),
    },
    async (request) => {
      const change = async (connection: Connection) => {
        const input = readShareable(request.input, 'v5')
        const shareCode = await findOwn(connection, request, codeParameter(request))
        const changed = await changeOwn(connection, request, shareCode, input, clock.now())
        if (changed === 'key-taken') throw keyTaken(input.key)
        return changed.code
      }
      return await startPolled(dependencies, request, 'shareable', change, refusalV5)
    },
  )

  scope.get(
    '/v5/me/shareables/status/:polling_id',
    {
      schema: document({
        group: 'Shareables',
        summary: 'What became of a share code',
        answer: endedPolling({ code: nullable(Text), shareable: nullable(Shareable) }),
      }),
    },
    async (request) => {
      const ended = await readPolled(dependencies, request, 'shareable')
      const polling_id = ended.pollingId
      if ('error' in ended) {
        return { polling_id, status: 'FAILED', code: null, error: ended.error, shareable: null }
      }
      const { code, shareCode } = ended
      const shareable = shareCode ? presentShareable(dependencies, request.workspace, shareCode) : null
      return { polling_id, status: 'SUCCEEDED', code, error: null, shareable }
    },
  )

  readOwnRoutes('v5')(scope, dependencies, limits)

  scope.get(
    '/v5/shareables/:code',
    {
      schema: document({ group: 'Shareables', summary: "Anybody's share code", answer: SomebodysShareable }),
    },
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

/** Refusals of the shareable are the polling's result, all with 403 (E71); others are the request's. */
function refusalV5({ code, parameters }: ExtoleError): ExtoleError | undefined {
  const isOfShareable =
    /^(code_|shareable_key_|label_|data_|content_|invalid_content_|person_not_rewardable)/.test(code)
  return isOfShareable ? new ExtoleError(code, parameters, 403) : undefined
}
