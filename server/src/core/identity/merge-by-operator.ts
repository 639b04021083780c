import type { Connection } from '../../platform/postgres/database.ts'
import { lockToMerge } from '../profiles/lock-survivor.ts'
import { countOperatorMerge } from '../profiles/operator-merges.ts'
import type { ProfilePart } from '../profiles/profile-part.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { mergeProfiles } from './merge-profiles.ts'

/** `same`: it is one profile. `gone`: one of them was erased, or merged away, a moment ago. */
export type MergeRefusal = 'same' | 'gone'

/**
 * Merges two profiles because an operator says that they are one person (S19): what is said of the person fills gaps
 * of the survivor, unless nobody knew who it was. It can be undone (`unmergeProfiles`). Run it under `retried`.
 *
 * @returns the merge's id
 */
export async function mergeByOperator(
  connection: Connection,
  workspace: Pick<Workspace, 'id' | 'fieldBindings'>,
  { from, into }: { readonly from: string; readonly into: string },
  parts: readonly ProfilePart[],
): Promise<{ readonly merge: string; readonly refusal?: never } | { readonly refusal: MergeRefusal }> {
  if (from === into) return { refusal: 'same' }
  await countOperatorMerge(connection, workspace.id)
  // Whether it is known is asked once nobody can make it so any more.
  if ((await lockToMerge(connection, workspace.id, [from, into])) !== 2) return { refusal: 'gone' }
  const known = await connection.query({
    name: 'is-known-profile',
    // Also one without identifiers: a customer may be registered without any (L68).
    text: 'select from profiles where workspace_id = $1 and id = $2 and known_at is not null',
    values: [workspace.id, from],
  })
  const keepsData = known.rowCount === 1
  const merge = await mergeProfiles(
    connection,
    workspace,
    { from, into, cause: 'operator', keepsData },
    parts,
  )
  return merge === undefined ? { refusal: 'gone' } : { merge }
}
