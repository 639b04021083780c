import type { FastifyRequest } from 'fastify'
import { retried } from '../../../core/identity/retried.ts'
import { rightsOf } from '../../../core/identity/trust.ts'
import { findPolling, startPolling } from '../../../core/pollings/pollings.ts'
import { findShareCode, type ShareCode } from '../../../core/referral/share-codes.ts'
import type { Connection } from '../../../platform/postgres/database.ts'
import { tellRefusal } from '../answer-errors.ts'
import { callerOf } from '../consumer.ts'
import { type ErrorObject, ExtoleError } from '../errors.ts'
import type { ExtoleDependencies } from '../extole-api.ts'
import { settleCaller } from '../settle-caller.ts'
import { isId } from '../unique-id.ts'

/** Pollings of the two versions do not name each other's. */
export type PollingKind = 'shareable' | 'shareable v4'

/** What a polling keeps: the code that was made or changed, or why there is none. */
type Kept = { readonly code: string } | { readonly error: ErrorObject }

/**
 * Makes or changes a share code at once, so that the first status call tells what became of it (E70).
 *
 * @param work gives the code
 * @param refusalOf what the polling tells of a refusal; undefined: it is the request's own answer
 */
export async function startPolled(
  { database }: ExtoleDependencies,
  request: FastifyRequest,
  kind: PollingKind,
  work: (connection: Connection) => Promise<string>,
  refusalOf: (error: ExtoleError) => ExtoleError | undefined,
): Promise<{ readonly polling_id: string }> {
  const { workspace } = request
  let result: Kept
  try {
    const code = await retried(() =>
      database.transaction(workspace.id, async (connection) => {
        await settleCaller(connection, request)
        return await work(connection)
      }),
    )
    result = { code }
  } catch (error) {
    const refusal = error instanceof ExtoleError ? refusalOf(error) : undefined
    if (!refusal) throw error
    result = { error: tellRefusal(request, refusal) }
  }
  const polling_id = await database.transaction(workspace.id, async (connection) =>
    startPolling(connection, workspace.id, await settleCaller(connection, request), { kind, result }),
  )
  return { polling_id }
}

/** What became of it. Refuses a polling that is not the caller's to see (E115). */
export async function readPolled(
  { database }: ExtoleDependencies,
  request: FastifyRequest,
  kind: PollingKind,
): Promise<
  { readonly pollingId: string } & (
    | { readonly error: ErrorObject }
    | { readonly code: string; readonly shareCode: ShareCode | undefined }
  )
> {
  const { polling_id: pollingId } = request.params as { polling_id: string }
  const { workspace } = request
  const { standing } = callerOf(request)
  const asker = { ...standing, ownOnly: rightsOf(standing).changeShareables !== 'all' }
  return await database.inWorkspace(workspace.id, async (connection) => {
    const kept = isId(pollingId)
      ? await findPolling(connection, workspace.id, asker, { kind, number: pollingId })
      : undefined
    if (!kept) throw new ExtoleError('invalid_parameter', { parameter: 'polling_id' })
    const result = kept as Kept
    if ('error' in result) return { pollingId, error: result.error }
    const shareCode = await findShareCode(connection, workspace.id, result.code)
    return { pollingId, code: result.code, shareCode }
  })
}
