import type { Ingest } from '../../../core/ingest/ingest.ts'
import type { Operation, OperationFailure } from '../../../core/ingest/operation.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'

/** What became of a change: why it had no effect, or what is stored after it, where it asked for that. */
export type ChangeOutcome =
  | { readonly failure: OperationFailure }
  | {
      readonly failure?: never
      readonly profile: string | null
      readonly email?: string
      readonly unit?: string
    }

/**
 * Applies the one change of a request and waits for it (C42). A change that could not be applied is our fault
 * and throws, so that the answer is `500`.
 */
export async function applyChange(
  ingest: Ingest,
  workspace: Workspace,
  operation: Operation,
): Promise<ChangeOutcome> {
  const [outcome] = await ingest.apply(workspace, [operation])
  if (!outcome) return { profile: null }
  if ('failure' in outcome && outcome.failure.reason === 'not-applicable') {
    throw new Error(`a change of kind ${operation.kind} could not be applied`)
  }
  return outcome
}
