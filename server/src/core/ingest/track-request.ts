import type { OperationFailure } from './operation.ts'
import type { OperationLog } from './operation-log.ts'
import type { TrackedRequest } from './tracking-id.ts'

/** What became of a request so far. `succeeded` + `failed` = `total` once it is processed (C31). */
export interface RequestState {
  readonly isProcessed: boolean
  readonly total: number
  readonly succeeded: number
  /** Entries refused in the answer, and operations that failed while being applied. */
  readonly failed: number
  /** The operations that failed while being applied, in the order of the request (C35). */
  readonly failures: readonly { readonly at: string | undefined; readonly failure: OperationFailure }[]
}

/** Undefined where the request is older than the log remembers (C32). */
export async function trackRequest(
  log: OperationLog,
  workspaceId: number,
  request: TrackedRequest,
): Promise<RequestState | undefined> {
  const total = request.count + request.refused
  const today = Math.floor(Date.now() / 86_400_000)
  if (request.day < today - 1 || request.day > today + 1) return undefined
  if (request.count === 0) {
    return { isProcessed: true, total, succeeded: 0, failed: request.refused, failures: [] }
  }
  const block = { day: request.day, id: request.blockId }
  const state = (await log.find(workspaceId, [block])).get(block.id)
  if (!state) return undefined
  if (!state.settled)
    return { isProcessed: false, total, succeeded: 0, failed: request.refused, failures: [] }
  const failures = []
  for (let position = request.start; position < request.start + request.count; position++) {
    const outcome = state.outcomes[position]
    if (outcome && 'failure' in outcome) failures.push({ at: outcome.at, failure: outcome.failure })
  }
  return {
    isProcessed: true,
    total,
    succeeded: request.count - failures.length,
    failed: request.refused + failures.length,
    failures,
  }
}
