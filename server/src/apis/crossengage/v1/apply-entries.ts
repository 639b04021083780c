import type { Ingest } from '../../../core/ingest/ingest.ts'
import type { Operation } from '../../../core/ingest/operation.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'
import type { ErrorV1 } from '../errors-v1.ts'
import { presentFailure } from './present-failure.ts'

/** An entry of a batch or of leads as it was read: to be applied, or refused. */
export type Entry = { readonly id: SentId } & (
  | { readonly operation: Operation; readonly errors?: never }
  | { readonly operation?: never; readonly errors: readonly ErrorV1[] }
)

/** An id as a result repeats it. */
export type SentId = string | number | boolean | null

/** What became of an entry (C49, C62). */
export type EntryResult =
  | { readonly id: SentId; readonly xngId: string | null; readonly success: true }
  | {
      readonly id: SentId
      readonly xngId: string | null
      readonly success: false
      readonly errors: readonly ErrorV1[]
    }

/**
 * Applies the entries that are in order, one after the other (C28), and gives one result for each entry. `xngId`
 * is that of the profile written; null where the entry failed or deleted.
 */
export async function applyEntries(
  ingest: Ingest,
  workspace: Workspace,
  entries: readonly Entry[],
): Promise<readonly EntryResult[]> {
  const outcomes = await ingest.apply(
    workspace,
    entries.flatMap(({ operation }) => operation ?? []),
  )
  let applied = 0
  return entries.map(({ id, operation, errors }) => {
    if (!operation) return { id, xngId: null, success: false, errors }
    const outcome = outcomes[applied++]
    if (outcome && 'failure' in outcome) {
      return { id, xngId: null, success: false, errors: [presentFailure(outcome.failure)] }
    }
    return { id, xngId: outcome?.profile ?? null, success: true }
  })
}

/** `200` if all succeed, `400` if any fails (C50, C62). */
export function statusOf(results: readonly EntryResult[]): 200 | 400 {
  return results.every((result) => result.success) ? 200 : 400
}
