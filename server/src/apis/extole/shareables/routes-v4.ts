import type { FastifyRequest } from 'fastify'
import type { TSchema } from 'typebox'
import { codeCandidates } from '../../../core/referral/share-code-rules.ts'
import { findShareCode, findShareCodeByNumber, type ShareCode } from '../../../core/referral/share-codes.ts'
import type { Connection } from '../../../platform/postgres/database.ts'
import { callerOf } from '../consumer.ts'
import { ExtoleError } from '../errors.ts'
import type { ExtoleDependencies, ExtoleRoutes } from '../extole-api.ts'
import { queryText } from '../find-token.ts'
import { malformed, textField } from '../read-field.ts'
import { endedPolling, Started } from '../schemas/pollings.ts'
import { document, type RouteDocument } from '../schemas/route-document.ts'
import {
  ChangedShareable,
  NewShareableV4,
  ShareablesV4,
  ShareableV4,
  shareableFilters,
} from '../schemas/shareables.ts'
import { Id, nullable, Text } from '../schemas/values.ts'
import { isId } from '../unique-id.ts'
import { createFresh } from './create-fresh.ts'
import { changeOwn, keyTaken, listOwn } from './own-shareables.ts'
import { readPolled, startPolled } from './polled-shareables.ts'
import { presentShareable, shareLink } from './present-shareable.ts'
import { readShareable, type ShareableInput } from './read-shareable.ts'

/** The oldest form of share codes (extole 9, v4): as v5, by number. */
export const shareableRoutesV4: ExtoleRoutes = (scope, dependencies) => {
  const { database, clock } = dependencies
  const described = (summary: string, answer: TSchema, sent: Pick<RouteDocument, 'body' | 'query'> = {}) => ({
    schema: document({ group: 'Shareables, version 4', summary, ...sent, answer }),
  })
  const creating = described('Make a share code', Started, { body: NewShareableV4 })
  const polled = described('What became of a share code', endedPolling({ shareable_id: nullable(Id) }))

  const refusal = (request: FastifyRequest) => (error: ExtoleError) => refusalV4(error, request, dependencies)

  async function create(request: FastifyRequest) {
    const input = readV4(request)
    const make = (connection: Connection) => createFresh(connection, request, input, clock.now())
    return await startPolled(dependencies, request, 'shareable v4', make, refusal(request))
  }

  async function status(request: FastifyRequest) {
    const ended = await readPolled(dependencies, request, 'shareable v4')
    const polling_id = ended.pollingId
    return 'error' in ended
      ? { polling_id, status: 'FAILED', shareable_id: null, error: ended.error }
      : { polling_id, status: 'SUCCEEDED', shareable_id: ended.shareCode?.number ?? null, error: null }
  }

  async function byNumber(connection: Connection, request: FastifyRequest, own: boolean): Promise<ShareCode> {
    const { shareable_id: number } = request.params as { shareable_id: string }
    const found = isId(number)
      ? await findShareCodeByNumber(connection, request.workspace.id, number)
      : undefined
    if (found && (!own || found.profileId === callerOf(request).standing.profileId)) return found
    throw new ExtoleError('NOT_FOUND', { shareable_id: number.slice(0, 100) })
  }

  function present(request: FastifyRequest, shareCode: ShareCode) {
    const shareable = presentShareable(dependencies, request.workspace, shareCode)
    return { ...shareable, shareable_id: shareCode.number, target_url: shareCode.targetUrl }
  }

  scope.post('/v4/me/shareables', creating, create)
  scope.post('/v4/shareable', { config: { bodyToken: true }, ...creating }, create)
  scope.get('/v4/me/shareables/status/:polling_id', polled, status)
  scope.get('/v4/shareable/status/:polling_id', polled, status)

  scope.get(
    '/v4/me/shareables',
    described("The caller's share codes", ShareablesV4, { query: shareableFilters }),
    async (request) => {
      const found = await database.inWorkspace(request.workspace.id, (connection) =>
        listOwn(connection, request),
      )
      return found.map((shareCode) => present(request, shareCode))
    },
  )
  for (const [path, own] of [
    ['/v4/me/shareables/:shareable_id', true],
    ['/v4/shareable/:shareable_id', false],
  ] as const) {
    const summary = own ? "One of the caller's share codes" : "Anybody's share code"
    scope.get(path, described(summary, ShareableV4), async (request) =>
      present(
        request,
        await database.inWorkspace(request.workspace.id, (connection) => byNumber(connection, request, own)),
      ),
    )
  }

  scope.get(
    '/v4/shareable',
    described("Anybody's share code", ShareableV4, { query: { code: Text } }),
    async (request) => {
      const code = queryText(request, 'code') ?? ''
      const found = await database.inWorkspace(request.workspace.id, (connection) =>
        findShareCode(connection, request.workspace.id, code),
      )
      if (!found) throw new ExtoleError('NOT_FOUND', { shareable_id: code.slice(0, 100) })
      return present(request, found)
    },
  )

  scope.put(
    '/v4/me/shareables/:shareable_id',
    described('Change a share code', Started, { body: ChangedShareable }),
    async (request) => {
      const change = async (connection: Connection) => {
        const shareCode = await byNumber(connection, request, true)
        const input = readShareable(request.input, 'v5')
        const changed = await changeOwn(connection, request, shareCode, input, clock.now())
        if (changed === 'key-taken') throw keyTaken(input.key)
        return changed.code
      }
      return await startPolled(dependencies, request, 'shareable v4', change, refusal(request))
    },
  )
}

/** `target_url` is required, and only kept. */
function readV4(request: FastifyRequest): ShareableInput {
  const targetUrl = textField(request.input, 'target_url')
  if (targetUrl === undefined || targetUrl.trim() === '') throw malformed('target_url', targetUrl ?? null)
  return { ...readShareable(request.input, 'v5'), targetUrl }
}

const suggestions = 3

/** Refusals of codes and keys have names of their own in v4, and status 400; others are the request's. */
function refusalV4(
  error: ExtoleError,
  { input, workspace }: FastifyRequest,
  dependencies: ExtoleDependencies,
): ExtoleError | undefined {
  switch (error.code) {
    case 'code_out_of_range':
      return new ExtoleError(error.code, error.parameters, 400)
    case 'code_illegal_character':
    case 'code_contains_reserved_word':
    case 'code_profane_word':
      return new ExtoleError('code_illegal_character', error.parameters, 400)
    case 'shareable_key_taken':
      return new ExtoleError('key_taken', error.parameters)
    case 'code_taken': {
      const code = textField(input, 'code') ?? ''
      const others = codeCandidates([code]).drop(1).take(suggestions).toArray()
      return new ExtoleError('EXISTING_LINK', {
        link: shareLink(dependencies, workspace, code),
        code_suggestions: others.join(','),
      })
    }
    default:
      return undefined
  }
}
